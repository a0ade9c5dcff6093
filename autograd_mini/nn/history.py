"""What was seen while a model was trained: numbers for each epoch, as a table, in one line, or as a plot."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import MissingExtraError

_BARS = "▁▂▃▄▅▆▇█"


class History(dict[str, list[float]]):
    """The numbers of every epoch by name: "loss", "validation_loss", "accuracy", "lr", ...; printed, it is a table."""

    @property
    def epochs(self) -> int:
        """Number of epochs so far."""
        return len(self.get("loss", ()))

    def add(self, **numbers: float) -> None:
        """Append the numbers of one epoch."""
        for name, value in numbers.items():
            self.setdefault(name, []).append(float(value))

    def __str__(self) -> str:
        lines = [("epoch", *self)]
        lines += [
            (str(i + 1), *(f"{values[i]:.4g}" for values in self.values())) for i in self._shown_epochs(self.epochs)
        ]
        lines.append(("", *(sparkline(values) for values in self.values())))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        return "\n".join(line.rstrip() for line in text)

    @staticmethod
    def _shown_epochs(count: int, most: int = 10) -> list[int]:
        """Return at most ten epochs, evenly spread, with the first and the last."""
        return sorted({round(i) for i in np.linspace(0, count - 1, min(count, most))}) if count else []

    def plot(self) -> Any:
        """Return a matplotlib figure with the losses beside the other numbers; `figure.savefig("run.svg")` writes it.

        Raises:
            MissingExtraError: if matplotlib is not installed.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingExtraError(
                "plot needs matplotlib, which is not installed: pip install 'autograd-mini[plots]'. "
                "print(history) shows the numbers without it."
            ) from None
        losses = [name for name in self if name.endswith("loss")]
        others = [name for name in self if name not in losses and name != "lr"]
        figure = Figure(figsize=(9, 3.5), layout="constrained")
        groups = [group for group in (losses, others) if group]
        axes = figure.subplots(1, max(len(groups), 1), squeeze=False)[0]
        for axis, group in zip(axes, groups, strict=False):
            for name in group:
                axis.plot(range(1, self.epochs + 1), self[name], marker=".", label=name.replace("_", " "))
            axis.set_xlabel("epoch")
            axis.set_ylabel(group[0].replace("_", " "))
            axis.legend()
        return figure


def sparkline(values: Sequence[float], most: int = 20) -> str:
    """Return values as a row of bars between their smallest and their largest: "█▅▃▂▁"."""
    shown = np.array(values, float)
    if len(shown) > most:
        shown = shown[np.round(np.linspace(0, len(shown) - 1, most)).astype(int)]
    finite = shown[np.isfinite(shown)]
    if not len(finite):
        return " " * len(shown)
    low, spread = finite.min(), np.ptp(finite)
    heights = [round((value - low) / spread * (len(_BARS) - 1)) if spread else 0 for value in finite]
    bars = iter(_BARS[height] for height in heights)
    return "".join(next(bars) if np.isfinite(value) else " " for value in shown)
