"""What stands around a circuit on a page: the frame that scrolls, and the rules that give the figure its size."""

import html

from ..circuit.svg import length
from .places import Places

# A figure is shown larger than it is printed, as far as it fits into the width of a page.
_PAGE_WIDTH = 1080.0


def scale_for(places: Places, least: float, most: float) -> float:
    """Return how many pixels a point of the drawing takes."""
    return min(max(_PAGE_WIDTH / places.drawing.width, least), most)


def frame(svg: str, label: str, over: str = "") -> str:
    """Return the figure in a frame that scrolls where it is too small, with `over` on top."""
    return (
        f'<div class="scroll" id="scroll" tabindex="0" role="region" aria-label="{html.escape(label)}">\n'
        f'<div class="figure" id="figure">\n{svg}{over}</div>\n</div>'
    )


def size_rule(places: Places, scale: float) -> str:
    """Return the rule for the size of the figure."""
    width, height = length(places.drawing.width * scale), length(places.drawing.height * scale)
    return f".figure,.figure>svg{{width:{width}px;height:{height}px}}"
