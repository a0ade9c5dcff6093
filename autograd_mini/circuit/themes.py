"""Themes: the colours of a picture. Positions and texts are the same in all of them.

The default pair reads as green and red and stays apart for colour-blind readers; each colour has a contrast of at least
5 to 1 on its paper, in the dark too. `exam` is black on white, for printing in grey.
"""

from dataclasses import dataclass, replace

from ..errors import RenderError, did_you_mean


@dataclass(frozen=True)
class Theme:
    """The colours of a picture, as "#rrggbb".

    Attributes:
        value: numbers above the wires.
        gradient: numbers below the wires.
        ink: wires, gates and names.
        paper: the background.
        blank: the inside of a cell to be filled in.
        negative: negative entries in a heat map; positive ones have the colour of the numbers beside it.
        dark: the theme that a viewer in dark mode shows instead; None for the same.
    """

    value: str = "#00695c"
    gradient: str = "#c2410c"
    ink: str = "#1a1a1a"
    paper: str = "#ffffff"
    blank: str = "#ffffff"
    negative: str = "#6d28d9"
    dark: "Theme | None" = None

    def colour(self, role: str) -> str:
        """Return the colour of a text: "value" and "gradient" have their own, all else is ink."""
        return {"value": self.value, "gradient": self.gradient}.get(role, self.ink)

    def mixed(self, colour: str, part: float) -> str:
        """Return a colour mixed with the paper: all of it for 1, none for 0."""
        pairs = [(int(colour[i : i + 2], 16), int(self.paper[i : i + 2], 16)) for i in (1, 3, 5)]
        return "#" + "".join(f"{round(part * mine + (1 - part) * paper):02x}" for mine, paper in pairs)


_DARK = Theme(value="#5eead4", gradient="#fdba74", ink="#e7e5e4", paper="#1c1917", blank="#292524", negative="#a78bfa")
THEMES = {
    "default": Theme(dark=_DARK),
    "exam": Theme(value="#000000", gradient="#000000", ink="#000000", negative="#000000"),
    "safe": Theme(
        value="#0072b2",
        gradient="#b84a00",
        negative="#525252",
        dark=replace(_DARK, value="#7cc4f0", gradient="#fdba74", negative="#d6d3d1"),
    ),
    "dark": _DARK,
    "high contrast": Theme(value="#004d40", gradient="#9a1b00", ink="#000000", negative="#3b0764"),
}


def theme_of(theme: str | Theme) -> Theme:
    """Return a theme by its name, or the theme itself.

    Raises:
        RenderError: if there is no theme of that name.
    """
    if isinstance(theme, Theme):
        return theme
    if theme not in THEMES:
        raise RenderError(
            f"there is no theme {theme!r}; the themes are {', '.join(THEMES)}, or give a Theme of your own colours."
            f"{did_you_mean(str(theme), THEMES)}"
        )
    return THEMES[theme]
