"""The HTML writer: a page that steps through a circuit. `places` says which gates and wires stand where."""

from .document import Page
from .lesson import lesson

__all__ = ["Page", "lesson"]
