"""Run the benchmarks: `python -m benchmarks`."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import compiling, drawing, grading, growth, memory, tables
from .engines import engines
from .machine import machine
from .timing import check_gradients, time_steps
from .workloads import workloads

# What --quick leaves out, because one step takes long.
_SLOW = ("W5", "W7", "W8-10⁵", "W8-10⁶", "W6b")


def _times(only: set[str], quick: bool, record: dict[str, Any]) -> str:
    """Time the workloads that were asked for, and return their table."""
    everything, contestants = workloads(), engines()
    found = {}
    for name, workload in everything.items():
        if (only and name not in only) or (quick and not only and name in _SLOW):
            continue
        steps = workload.contestants(contestants)
        check_gradients(workload, steps)
        found[name] = time_steps(steps, gates=workload.gates, budget=0.05 if quick else 6.0)
    record["times"] = {
        name: {engine: timing._asdict() for engine, timing in line.items()} for name, line in found.items()
    }
    return f"{tables.timings(everything, found)}\n\n{tables.beside_peers(found)}"


def _growth(quick: bool, record: dict[str, Any]) -> str:
    found = growth.measure((10**2, 10**3), rounds=1) if quick else growth.measure()
    record["growth"] = found._asdict()
    return tables.growth(found)


def _compiling(quick: bool, record: dict[str, Any]) -> str:
    found = compiling.measure(("W1", "W2"), rounds=1) if quick else compiling.measure()
    record["compiling"] = {name: line._asdict() for name, line in found.items()}
    return tables.compiling(found)


def _memory(quick: bool, record: dict[str, Any]) -> str:
    record["peaks"] = peaks = memory.peaks(("W4",)) if quick else memory.peaks()
    record["in use"] = in_use = memory.after_steps()
    return tables.memory(peaks, in_use)


def _checkpointing(record: dict[str, Any]) -> str:
    record["checkpoint"] = found = memory.checkpointed()
    return tables.checkpointing(found)


def _import(record: dict[str, Any]) -> str:
    record["import"] = numpy, ours = memory.import_seconds()
    return f"`import numpy` takes {tables.duration(numpy)}, `import autograd_mini` {tables.duration(ours)} besides."


def main() -> None:
    """Measure what was asked for, print it and write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument("--only", default="", help="workloads to time, such as W1,W4, and nothing else")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: shows that gradients agree")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    record: dict[str, Any] = {"machine": machine()}
    only = set(filter(None, options.only.split(",")))
    if only - workloads().keys():
        parser.error(f"there is no workload {', '.join(sorted(only - workloads().keys()))}; "
                     f"there are {', '.join(workloads())}")  # fmt: skip
    sections: dict[str, Callable[[], str]] = {"Times": lambda: _times(only, options.quick, record)}
    if not only:
        sections |= {
            "Compiling": lambda: _compiling(options.quick, record),
            "Growth of a chain of single numbers (W3)": lambda: _growth(options.quick, record),
            "Peak memory of a step": lambda: _memory(options.quick, record),
        }
    if not only and not options.quick:
        sections |= {
            "checkpoint": lambda: _checkpointing(record),
            "Import": lambda: _import(record),
            "Drawing to SVG": drawing.report,
            "Grading a class": grading.report,
        }
    parts = [tables.description(record["machine"])]
    print(parts[0])
    for title, section in sections.items():
        parts.append(f"## {title}\n\n{section()}")
        print(f"\n{parts[-1]}", flush=True)
    if options.markdown:
        preface = (Path(__file__).parent / "preface.md").read_text(encoding="utf-8")
        options.markdown.write_text(
            "\n\n".join([preface + "\nAs run on: " + parts[0], *parts[1:]]) + "\n", encoding="utf-8"
        )
    if options.json:
        options.json.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


main()
