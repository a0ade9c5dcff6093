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
        dark: the theme that a viewer in dark mode shows instead; None for the same.
    """

    value: str = "#00695c"
    gradient: str = "#c2410c"
    ink: str = "#1a1a1a"
    paper: str = "#ffffff"
    blank: str = "#ffffff"
    dark: "Theme | None" = None

    def colour(self, role: str) -> str:
        """Return the colour of a text: "value" and "gradient" have their own, all else is ink."""
        return {"value": self.value, "gradient": self.gradient}.get(role, self.ink)


_DARK = Theme(value="#5eead4", gradient="#fdba74", ink="#e7e5e4", paper="#1c1917", blank="#292524")
THEMES = {
    "default": Theme(dark=_DARK),
    "exam": Theme(value="#000000", gradient="#000000", ink="#000000"),
    "safe": Theme(value="#0072b2", gradient="#b84a00", dark=replace(_DARK, value="#7cc4f0", gradient="#fdba74")),
    "dark": _DARK,
    "high contrast": Theme(value="#004d40", gradient="#9a1b00", ink="#000000"),
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
