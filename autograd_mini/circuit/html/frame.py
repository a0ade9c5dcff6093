"""What stands around a circuit on a page: the frame that scrolls, and the rules that give the figure its size."""

import html

from ..drawing import Drawing
from ..svg import length

# A figure is shown larger than it is printed, as far as it fits into the width of a page.
_PAGE_WIDTH = 1080.0


def scale_for(drawing: Drawing, least: float, most: float) -> float:
    """Return how many pixels a point of the drawing takes."""
    return min(max(_PAGE_WIDTH / drawing.width, least), most)


def frame(svg: str, label: str, over: str = "") -> str:
    """Return the figure in a frame that scrolls where it is too small, with `over` on top."""
    return (
        f'<div class="scroll" id="scroll" tabindex="0" role="region" aria-label="{html.escape(label)}">\n'
        f'<div class="figure" id="figure">\n{svg}{over}</div>\n</div>'
    )


def size_rule(drawing: Drawing, scale: float) -> str:
    """Return the rule for the size of the figure."""
    width, height = length(drawing.width * scale), length(drawing.height * scale)
    return f".figure,.figure>svg{{width:{width}px;height:{height}px}}"
