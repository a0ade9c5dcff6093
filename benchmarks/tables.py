"""Measured figures as tables of Markdown, which read well in a terminal too."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import aims
from .compiling import Compiling
from .engines import CODE, COMPILED, EAGER
from .growth import Growth
from .memory import SAVING
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
    """Return the table of ratios to the floor: a line for each workload, a column for each engine."""
    names = _contestants(found)
    limits: dict[str, Mapping[str, float]] = {EAGER: aims.EAGER, COMPILED: aims.COMPILED, CODE: aims.COMPILED}
    rows = []
    for key, line in found.items():
        cells = [_ratio(line[name], limits.get(name, {}).get(key)) if name in line else "–" for name in names]
        rows.append([f"{key}: {workloads[key].title}", duration(line["floor"].seconds), *cells])
    return table(["work", "floor", *names], rows)


def beside_peers(found: Mapping[str, Mapping[str, Timing]]) -> str:
    """Return the table of our speed over the peers', eager over each, compiled code over JAX's."""
    pairs = [(EAGER, peer) for peer in aims.FASTER] + [(CODE, "JAX jit")]
    present = [pair for pair in pairs if any(pair[1] in line for line in found.values())]
    rows = []
    for key, line in found.items():
        cells = []
        for ours, peer in present:
            aim = (1.0 if key in aims.AS_JAX else None) if peer == "JAX jit" else aims.FASTER[peer].get(key, 1.0)
            cells.append(_speed(line[peer].ratio / line[ours].ratio, aim) if peer in line else "–")
        rows.append([key, *cells])
    return table(["work", *[f"{ours} / {peer}" for ours, peer in present]], rows)


def _contestants(found: Mapping[str, Mapping[str, Timing]]) -> list[str]:
    return list(dict.fromkeys(name for line in found.values() for name in line if name != "floor"))


def _ratio(timing: Timing, limit: float | None) -> str:
    """Return a median, its quartiles, and the aim; bold where it is missed."""
    median, low, high = (f"{x:.0f}" if x >= 100 else f"{x:.3g}" for x in (timing.ratio, timing.low, timing.high))
    if limit is None:
        return f"{median} ({low}-{high})"
    return f"{_missed(median, timing.ratio > limit)} ({low}-{high}) ≤ {limit:g}"


def _speed(times: float, least: float | None) -> str:
    text = f"{times:.0f}" if times >= 100 else f"{times:.3g}"
    return text if least is None else f"{_missed(text, times < least)} ≥ {least:.2g}"


def _missed(text: str, is_missed: bool) -> str:
    return f"**{text}**" if is_missed else text


def compiling(found: Mapping[str, Compiling]) -> str:
    """Return the table of compile times."""
    rows = [
        [name, str(line.gates), duration(line.seconds), *[f"{x / line.gates * 1e6:.1f}" for x in line[1:]]]
        for name, line in found.items()
    ]
    return table(["work", "gates", "time", f"µs per gate ≤ {aims.MICROSECONDS_TO_COMPILE}", "from", "to"], rows)


def growth(found: Growth) -> str:
    """Return the table of a chain's growth."""
    rows = [
        [f"{gates:,}".replace(",", " "), f"{ratio:.3g}", f"{found.paused[gates]:.3g}"]
        for gates, ratio in found.ratios.items()
    ]
    lines = table(["gates", f"× floor ≤ {aims.CHAIN}", "× floor, collector paused"], rows)
    return (
        f"{lines}\n\n"
        f"Time grows as gates^{found.exponent:.2f} (aim: {aims.EXPONENT}), with the collector paused as "
        f"gates^{found.paused_exponent:.2f}. A gate takes {found.recorded_bytes:.0f} bytes, "
        f"{found.differentiated_bytes:.0f} with its gradient (aim: {aims.BYTES}; tracemalloc)."
    )


def memory(peaks: Mapping[str, Mapping[str, float]], in_use: Mapping[str, Sequence[float]]) -> str:
    """Return the table of peak memory, and how much is in use after a few steps and after many."""
    rows = []
    for name, line in peaks.items():
        floor = line["floor"]
        cells = [f"{floor / 1e6:.2f}"]
        eager = aims.PEAKS.get(name, aims.PEAK)
        for way, limit in ((EAGER, eager), (SAVING, eager), (COMPILED, aims.PEAK_COMPILED)):
            ratio = line[way] / floor
            cells += [f"{line[way] / 1e6:.2f}", f"{_missed(f'{ratio:.2f}', ratio > limit)} ≤ {limit:g}"]
        rows.append([name, *cells])
    ways = ("eager with release", SAVING, "compiled")
    lines = table(["work", "floor, MB", *[title for way in ways for title in (f"{way}, MB", "× floor")]], rows)
    flat = "; ".join(f"{way}: {few / 1e6:.3f} MB, {many / 1e6:.3f} MB" for way, (few, many) in in_use.items())
    return f"{lines}\n\nIn use after 10 steps of W4, and after 1000 more: {flat}."


def checkpointing(found: Mapping[str, tuple[float, float]]) -> str:
    """Return the table of what `checkpoint` trades."""
    rows = [[name, duration(seconds), f"{peak / 1e6:.2f}"] for name, (seconds, peak) in found.items()]
    return table(["RNN of 400 steps", "time", "peak, MB"], rows)


def description(machine: Mapping[str, Any]) -> str:
    """Return the machine and the versions as a sentence."""
    return ", ".join(f"{name} {value}" for name, value in machine.items()) + "; one thread."
