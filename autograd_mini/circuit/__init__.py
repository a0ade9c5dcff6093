"""From a graph to a picture: `model` says what is drawn, `layout` where, and `svg`, `dot` and `render` how."""

from .figure import Circuit, draw

__all__ = ["Circuit", "draw"]
