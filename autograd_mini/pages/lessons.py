"""The lesson of a Tensor, or of a circuit that is drawn already."""

from typing import Any, Literal

from ..circuit import Circuit, draw
from ..circuit.html import Page, lesson
from ..circuit.themes import Theme
from ..errors import RenderError
from ..numerals import EXAM
from ..tensor import Tensor


def page(
    root: Tensor | Circuit,
    *,
    upstream: Any = None,
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
) -> Page:
    """Return a page that runs a circuit gate by gate, forward and backward, as numbers appear on its wires.

        page(f).save("lesson.html")
        page(draw(f, depth=0))

    The page is one file that needs no network. It is stepped through by buttons or arrow keys. Gates drawn as one make
    one step with a sentence for each of them; gates outside `focus` are summed up.

    Args:
        root: the output of the circuit, or a circuit drawn by `draw`, which has its choices made: then only `title`
            may be given.
        title: what stands at the top of the page.
        upstream, local, number_format, arrays, repeat, group, fold, depth, focus, steps, theme: as for `draw`.

    Raises:
        BackwardError: if the output depends on nothing that requires a gradient.
        SeedError: if the output is no single number and `upstream` is missing, or does not fit.
        UnknownWireError: if no wire has the name given as `focus`.
        RenderError: if a choice is none of those of `draw`, or the circuit has empty cells.
    """
    choices: dict[str, Any] = {
        "upstream": upstream,
        "local": local,
        "number_format": number_format,
        "arrays": arrays,
        "repeat": repeat,
        "group": group,
        "fold": fold,
        "depth": depth,
        "focus": focus,
        "steps": steps,
        "theme": theme,
    }
    if not isinstance(root, Circuit):
        return lesson(draw(root, title=title, **choices), title)
    chosen = [name for name, choice in choices.items() if choice is not (page.__kwdefaults__ or {})[name]]
    if chosen:
        raise RenderError(f"page: a drawn circuit has its choices made; give {', '.join(chosen)} to draw.")
    return lesson(root, title)
