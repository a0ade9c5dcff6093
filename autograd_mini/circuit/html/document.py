"""A page: one HTML file that loads nothing, in which only its own script and style sheet may run.

The content-security policy names the two by their hashes. In a notebook the page stands in a frame of its own, so that
two pages in one notebook have neither names nor styles in common.
"""

import base64
import hashlib
import html
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from ...errors import RenderError
from ...files import write_whole
from ..themes import Theme

_LIGHT = {
    "scheme": "light",
    "ground": "#f4f3ef",
    "line": "#d6d3ca",
    "faint": "#57534e",
    "accent": "#1d4ed8",
    "on-accent": "#ffffff",
    "right": "#166534",
    "wrong": "#b91c1c",
    "follows": "#6b21a8",
    "unclear": "#854d0e",
    "marked": "#fef3c7",
}
_DARK = {
    "scheme": "dark",
    "ground": "#0f0d0c",
    "line": "#57534e",
    "faint": "#b8b2ab",
    "accent": "#93c5fd",
    "on-accent": "#0f172a",
    "right": "#86efac",
    "wrong": "#fca5a5",
    "follows": "#d8b4fe",
    "unclear": "#fde047",
    "marked": "#422006",
}


@dataclass(frozen=True)
class Page:
    """A page for the browser: `page.save("lesson.html")`; in a notebook it shows itself.

    Attributes:
        title: what stands at its top.
        body: what it shows, as HTML.
        style: the rules that are its own, besides those of every page.
        script: what it runs; "" for a page that runs nothing.
        theme: in which colours.
        height: about how high it is in pixels, for the frame in a notebook.
        language: what it is written in, such as "en".
    """

    title: str
    body: str
    style: str
    script: str
    theme: Theme
    height: float
    language: str = "en"

    def to_html(self) -> str:
        """Return the page as one HTML file, byte for byte the same in every process."""
        style = "\n".join([_colours(self.theme), resource(__package__, "page.css"), self.style])
        return Template(resource(__package__, "page.html")).substitute(
            title=html.escape(self.title),
            body=self.body,
            style=style,
            script=f"<script>{self.script}</script>\n" if self.script else "",
            style_hash=_hash(style),
            script_source=f"'sha256-{_hash(self.script)}'" if self.script else "'none'",
            language=self.language,
            scheme="light dark" if self.theme.dark else _colours_of(self.theme)["scheme"],
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, whole or not at all, and return its path.

        Args:
            path: a name that ends in .html.

        Raises:
            RenderError: if the ending is another.
            FileNotFoundError: if the folder does not exist.
        """
        if Path(path).suffix.lower() != ".html":
            raise RenderError(f"a page is saved as .html; got {os.fspath(path)!r}.")
        return write_whole(path, self.to_html())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        frame = (
            f'<iframe title="{html.escape(self.title)}" sandbox="allow-scripts" width="100%" '
            f'height="{round(self.height)}" frameborder="0" srcdoc="{html.escape(self.to_html())}"></iframe>'
        )
        return {"text/html": frame, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Page: {self.title}>"


def resource(package: str, *names: str) -> str:
    """Return files that lie beside a package's modules, one after the other."""
    return "\n".join(files(package).joinpath(name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _colours(theme: Theme) -> str:
    """Return the colours as custom properties, and the dark ones for who prefers them."""
    own = f":root{{{_properties(theme)}}}"
    return own + (f"\n@media (prefers-color-scheme: dark){{:root{{{_properties(theme.dark)}}}}}" if theme.dark else "")


def _properties(theme: Theme) -> str:
    colours = {name: getattr(theme, name) for name in ("value", "gradient", "negative", "ink", "paper", "blank")}
    return "".join(f"--{name}:{colour};" for name, colour in (colours | _colours_of(theme)).items())


def _colours_of(theme: Theme) -> dict[str, str]:
    """Return the page's own colours, which suit a light or a dark paper."""
    red, green, blue = (int(theme.paper[i : i + 2], 16) for i in (1, 3, 5))
    return _LIGHT if 0.3 * red + 0.6 * green + 0.1 * blue > 127 else _DARK
