"""The benchmarks: every contestant's gradients agree with those written by hand. Nothing is said about time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_quick_run_compares_gradients_and_writes_its_tables(tmp_path):
    files = ["--markdown", str(tmp_path / "table.md"), "--json", str(tmp_path / "figures.json")]
    command = [sys.executable, "-m", "benchmarks", "--quick", *files]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert set(figures["times"]) == {"W1", "W2", "W6s", "W4", "W8-10", "W8-10³", "W9", "W10", "W10a"}
    assert all({"floor", "eager", "compiled", "code alone"} <= line.keys() for line in figures["times"].values())
    for title in ("Times", "Compiling", "Growth", "Peak memory"):
        assert f"\n## {title}" in run.stdout
    assert (tmp_path / "table.md").read_text(encoding="utf-8").endswith(run.stdout)


@pytest.mark.slow
def test_a_workload_too_slow_for_a_quick_run_has_the_same_gradients():
    script = (
        "from benchmarks.engines import engines\n"
        "from benchmarks.timing import check_gradients\n"
        "from benchmarks.workloads import workloads\n"
        "work = workloads()['W7']\n"
        "steps = work.contestants(engines())\n"
        "check_gradients(work, steps)\n"
        "print({'floor', 'eager', 'compiled', 'code alone'} <= steps.keys())\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (run.stdout, run.returncode) == ("True\n", 0), run.stderr


@pytest.mark.slow
def test_workloads_that_are_asked_for_are_all_that_is_timed(tmp_path):
    files = ["--json", str(tmp_path / "figures.json")]
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", "W6s,W8-10", *files]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert set(figures["times"]) == {"W6s", "W8-10"}
    assert run.stdout.count("\n## ") == 1


@pytest.mark.slow
def test_compiled_training_steps_learn_the_same():
    script = "from benchmarks import training\ntraining._ROUNDS, training._STEPS = 2, 2\nprint(training.report())\n"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("\n") == 5


def test_wrong_gradient_is_not_timed():
    script = (
        "from benchmarks.timing import check_gradients\n"
        "from benchmarks.workloads import workloads\n"
        "work = workloads()['W1']\n"
        "check_gradients(work, {'floor': lambda: [1.0, 2.0], 'wrong': lambda: [1.0, 2.001]})\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert "AssertionError" in run.stderr
    assert "W1: the gradient of wrong by input 1" in run.stderr


def test_workload_that_is_not_there():
    command = [sys.executable, "-m", "benchmarks", "--only", "W99"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2
    assert "there is no workload W99; there are W1, W2, W6s, W4" in run.stderr
