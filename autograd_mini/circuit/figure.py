"""draw: from a Tensor to a Circuit, a picture that can be saved, shown in a notebook and read as text."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

from ..errors import RenderError
from ..files import write_whole
from ..graph import Graph
from ..numerals import EXAM
from ..scopes import Scope, scopes_of
from ..tensor import Tensor
from .cells import Style
from .dot import to_dot, to_free_dot
from .drawing import Drawing
from .folds import Fold, folds_of
from .html import lesson
from .layout import lay_out
from .model import Model, build
from .render import render
from .repeats import repeat_inputs
from .svg import to_svg
from .text import to_text
from .themes import Theme, theme_of
from .tikz import to_tikz
from .units import Unit, units

FORMATS = (".svg", ".html", ".dot", ".tex", ".txt", ".png", ".pdf")
# Twice the resolution of a screen, so that the numbers stay sharp when the picture is enlarged.
_DPI = 192
# With more gates than this no style is readable.
_READABLE = 80


class Circuit:
    """A drawn circuit: `circuit.save("midterm.svg")`; in a notebook it shows itself.

    Attributes:
        model: what is drawn.
        drawing: where it stands.
        theme: in which colours.
    """

    def __init__(self, model: Model, theme: Theme) -> None:
        self.model = model
        self.theme = theme
        self.drawing: Drawing = lay_out(model)

    def blank(self, *what: str, except_: Collection[str] = ()) -> "Circuit":
        """Return the circuit as an exam: empty cells in place of numbers. This circuit is its key, of equal geometry.

            key = draw(f)
            key.blank("gradients", except_=["f"]).save("exam.svg")
            key.blank("values", except_=["x", "y"]).blank("gradients").save("both.svg")

        Args:
            what: "values", "gradients" or both; gradients when left out. At a fork, the branches go with their wire.
            except_: wires that keep their numbers.

        Raises:
            RenderError: if `what` is neither, or `except_` no list.
            UnknownWireError: if a wire is not there.
        """
        for part in what:
            if part not in ("values", "gradients"):
                raise RenderError(f"blank: what is left out is 'values', 'gradients' or both; got {part!r}.")
        if isinstance(except_, str) or not isinstance(except_, Collection):
            raise RenderError(f"blank: except_ is a list of wires, such as ['w0']; got {except_!r:.60}.")
        chosen = what or ("gradients",)
        return Circuit(self.model.blanked("values" in chosen, "gradients" in chosen, except_), self.theme)

    def in_theme(self, theme: str | Theme) -> "Circuit":
        """Return the circuit in other colours: "default", "exam", "safe", "dark", "high contrast" or a `Theme`."""
        return Circuit(self.model, theme_of(theme))

    def to_svg(self) -> str:
        """Return the circuit as SVG. Needs nothing but this package."""
        return to_svg(self.drawing, self.theme)

    def to_dot(self, *, positions: bool = True) -> str:
        """Return the circuit as DOT: with positions for `neato -n2`, or without for `dot` to lay out in its own way.

        Heat maps have their places; without positions, their shapes and scales stand alone.
        """
        return to_dot(self.drawing, self.theme) if positions else to_free_dot(self.model, self.theme)

    def to_text(self) -> str:
        """Return the circuit as plain text with box characters, for a terminal; `print(circuit)` shows it."""
        return to_text(self.model)

    def __str__(self) -> str:
        return self.to_text().rstrip("\n")

    def to_tikz(self) -> str:
        """Return the circuit as a tikzpicture, for a LaTeX document that loads tikz and amsmath."""
        return to_tikz(self.drawing, self.theme)

    def to_html(self) -> str:
        """Return the circuit as a page that runs it gate by gate: one file that needs no network.

        Raises:
            RenderError: if cells are empty, as the page's steps would fill them in.
        """
        return lesson(self).to_html()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the circuit to a file, whole or not at all, and return its path.

        Args:
            path: a name that ends in .svg, .html, .dot, .tex, .txt, .png or .pdf. The last two need Graphviz: the
                extra `png`, or the system's.

        Raises:
            RenderError: if the ending is another, Graphviz is needed and missing, or a page would fill in empty cells.
            FileNotFoundError: if the folder does not exist.
        """
        suffix = Path(path).suffix.lower()
        if suffix == ".svg":
            return write_whole(path, self.to_svg())
        if suffix == ".html":
            return write_whole(path, self.to_html())
        if suffix == ".dot":
            return write_whole(path, self.to_dot())
        if suffix == ".txt":
            return write_whole(path, self.to_text())
        if suffix == ".tex":
            return write_whole(path, self.to_tikz())
        if suffix in FORMATS:
            file_format = suffix[1:]
            return write_whole(
                path, render(to_dot(self.drawing, self.theme, dpi=_DPI if file_format == "png" else None), file_format)
            )
        raise RenderError(f"a circuit is saved as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}; got {os.fspath(path)!r}.")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        gates = sum(node.symbol is not None for node in self.model.nodes)
        return f"<{self.drawing.title}: {gates} gates, {self.drawing.width:.0f}×{self.drawing.height:.0f} points>"


def draw(
    root: Tensor,
    *,
    upstream: Any = None,
    values: bool = True,
    gradients: bool = True,
    local: bool = False,
    number_format: str = EXAM,
    arrays: Literal["shape", "mean", "range", "full", "heat"] = "shape",
    repeat: Literal["auto"] | bool = "auto",
    group: Literal["auto"] | bool = "auto",
    fold: Literal["auto"] | bool = "auto",
    depth: int | None = None,
    focus: str | None = None,
    steps: int = 2,
    theme: str | Theme = "default",
    title: str | None = None,
) -> Circuit:
    """Draw a circuit as an exam does: value in green above each wire, gradient in red below.

    At a fork the trunk carries the total and each branch its own contribution. Constants are folded into gates of one
    operand (+1, ×−1, 1/x); arrays with more than a few entries show their shape.

    Args:
        root: the output of the circuit.
        upstream: gradient that arrives at the output; 1 for a single number when left out.
        values: whether to write the values.
        gradients: whether to write the gradients.
        local: whether to write each gate's local derivatives below it.
        number_format: how numbers are shown, as in `format`: ".2f" for two decimals; "fraction" for 1/3.
        arrays: what stands for an array of more than five entries: its shape, its shape with the mean or the range of
            its entries, or the entries in full where there are at most sixteen. "heat" draws every array as a map of
            its entries, with its shape and the scale: a vector as a row, a matrix as a grid, slices side by side. The
            stronger a cell's colour, the further from zero; negative cells carry a bar. Along an axis of more than
            sixteen entries each cell is the mean of a block; slices of more than 32 columns in all give the mean alone.
        repeat: whether inputs that feed several gates are drawn once at each of them, with a table of their totals;
            "auto" does so when one feeds three gates or more.
        group: whether unnamed gates are drawn in one box with the gate they lead to, so that named wires and forks are
            left; "auto" does so from about eighty gates on.
        fold: whether scopes that repeat are drawn as one gate, "step ×50", and the inputs that each has for itself as
            one, "x1 … x50": three scopes or more in a chain, with equal gates, options, shapes and wiring, and equal
            names but for a number at the end. "auto" does so from about eighty gates on, but not around a `focus`.
        depth: how many levels of `scope` are drawn as frames; what is deeper is collapsed into one gate. All are
            frames when left out, but for a scope that a wire leaves and enters again.
        focus: a wire by its name; only the gates around it are drawn.
        steps: how many gates away from `focus` still are.
        theme: the colours: "default", "exam" (black on white), "safe" for colour-blind readers, "dark",
            "high contrast", or a `Theme` of your own.
        title: the figure's title, for screen readers and file managers.

    Raises:
        BackwardError: if gradients are wanted and the output depends on nothing that requires one.
        SeedError: if gradients are wanted, the output is no single number and `upstream` is missing, or does not fit.
        UnknownWireError: if no wire has the name given as `focus`.
        RenderError: if a choice is none of those listed.
    """
    style = Style(number_format, arrays)
    graph = Graph(root)
    flowing = graph.gradients(upstream) if gradients else None
    around = None if focus is None else (graph[focus], _steps(steps))
    collapsed: set[Scope] = set()
    while True:
        parts = _units(graph, group, fold, depth, collapsed, None if focus is None else graph[focus])
        model = build(
            graph,
            parts,
            flowing,
            focus=around,
            values=values,
            local=local,
            style=style,
            title=title,
        )
        circuit = Circuit(repeat_inputs(model, repeat), theme_of(theme))
        if not circuit.drawing.tangled:
            return circuit
        # A frame around what a wire leaves and enters again would say something wrong: such a scope is drawn as gates.
        collapsed.update(circuit.drawing.tangled)


def _units(
    graph: Graph, group: str | bool, fold: str | bool, depth: int | None, collapsed: set[Scope], focus: Tensor | None
) -> list[Unit]:
    """Return what is drawn as one gate each."""
    for name, choice in (("group", group), ("fold", fold)):
        if choice not in (True, False, "auto"):
            raise RenderError(f"{name} must be 'auto', True or False; got {choice!r}.")
    if depth is not None and (not isinstance(depth, int) or depth < 0):
        raise RenderError(f"depth must be a whole number of at least 0, or None; got {depth!r}.")
    folds: list[Fold] = []
    last: dict[Scope, Scope] = {}

    def drawn_as_one(wire: Tensor) -> Scope | None:
        for level, scope in enumerate(scopes_of(wire)):
            if scope in last:
                return last[scope]
            if level == depth or scope in collapsed:
                return scope
        return None

    parts = units(graph, group is True, drawn_as_one)
    if fold is True or (fold == "auto" and focus is None and len(parts) > _READABLE):
        folds = [found for found in folds_of(graph) if focus is None or not found.hides(focus)]
        last = {scope: found.scopes[-1] for found in folds for scope in found.scopes}
        parts = units(graph, group is True, drawn_as_one, folds)
    if group == "auto" and len(parts) > _READABLE:
        parts = units(graph, True, drawn_as_one, folds)
    return parts


def _steps(steps: int) -> int:
    if not isinstance(steps, int) or steps < 1:
        raise RenderError(f"steps must be a whole number of at least 1; got {steps!r}.")
    return steps
