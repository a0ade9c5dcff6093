"""Measured figures as tables of Markdown, which read well in a terminal too."""

from collections.abc import Mapping, Sequence
from typing import Any

from .compiling import AIM, Compiling
from .growth import Growth
from .timing import Timing
from .workload import Workload

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under a header, columns lined up."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in (header, *rows)]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    for scale, unit in _UNITS:
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def timings(workloads: Mapping[str, Workload], found: Mapping[str, Mapping[str, Timing]]) -> str:
    """Return the table of ratios: a line for each workload, a column for each engine."""
    names = list(dict.fromkeys(name for line in found.values() for name in line if name != "floor"))
    rows = []
    for key, line in found.items():
        workload = workloads[key]
        cells = [_ratio(line[name]) if name in line else "–" for name in names]
        goal = "–" if workload.goal is None else f"{workload.goal:g}"
        rows.append([f"{key}: {workload.title}", duration(line["floor"].seconds), goal, *cells])
    return table(["work", "floor", "aim", *names], rows)


def _ratio(timing: Timing) -> str:
    """Return a median and its quartiles with three digits; large ones as whole numbers."""
    texts = [f"{x:.0f}" if x >= 100 else f"{x:.3g}" for x in (timing.ratio, timing.low, timing.high)]
    return "{} ({}-{})".format(*texts)


def compiling(found: Mapping[str, Compiling]) -> str:
    """Return the table of compile times."""
    rows = [
        [name, str(line.gates), duration(line.seconds), *[f"{x / line.gates * 1e6:.1f}" for x in line[1:]]]
        for name, line in found.items()
    ]
    aim = (
        f"The aim is at most {AIM} µs per gate. What compiling costs besides, as does every function, few gates share."
    )
    return table(["work", "gates", "time", "µs per gate", "from", "to"], rows) + "\n\n" + aim


def growth(found: Growth) -> str:
    """Return the table of a chain's growth."""
    rows = [
        [f"{gates:,}".replace(",", " "), f"{ratio:.3g}", f"{found.paused[gates]:.3g}"]
        for gates, ratio in found.ratios.items()
    ]
    lines = table(["gates", "× floor", "× floor, collector paused"], rows)
    return (
        f"{lines}\n\n"
        f"Time grows as gates^{found.exponent:.2f}, with the collector paused as gates^{found.paused_exponent:.2f}. "
        f"A gate takes {found.recorded_bytes:.0f} bytes, {found.differentiated_bytes:.0f} with its gradient "
        "(tracemalloc)."
    )


def memory(peaks: Mapping[str, tuple[float, float]]) -> str:
    """Return the table of peak memory."""
    rows = [
        [name, f"{floor / 1e6:.2f}", f"{ours / 1e6:.2f}", f"{ours / floor:.2f}"]
        for name, (floor, ours) in peaks.items()
    ]
    return table(["work", "floor, MB", "ours with release, MB", "ratio"], rows)


def checkpointing(found: Mapping[str, tuple[float, float]]) -> str:
    """Return the table of what `checkpoint` trades."""
    rows = [[name, duration(seconds), f"{peak / 1e6:.2f}"] for name, (seconds, peak) in found.items()]
    return table(["RNN of 400 steps", "time", "peak, MB"], rows)


def description(machine: Mapping[str, Any]) -> str:
    """Return the machine and the versions as a sentence."""
    return ", ".join(f"{name} {value}" for name, value in machine.items()) + "; one thread."
