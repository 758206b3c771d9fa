"""The colours that carry meaning: tones of values, and capabilities in the task stream.

A palette belongs to one theme. Its colours are names that `rich.style.Style` understands. No meaning is
shown by colour alone: there is always a glyph, a letter or a word as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rich.style import Style

CAPABILITY_COLOURS = 8
"""So many capabilities have a colour; all further ones share the last."""


@dataclass(frozen=True, eq=False)
class Palette:
    """The colour of each tone and capability; `""` is the terminal's default colour."""

    text: str
    dim: str
    good: str
    warn: str
    bad: str
    accent: str
    gap: str  # times without data
    area: str  # the area of a chart, behind its lines
    capabilities: tuple[str, ...] = field(repr=False)
    on_bar: str = "black"  # text on a background of a capability's colour or `bad`
    strong: bool = False  # tones are bold as well
    plain: bool = False  # no colours: backgrounds become reversed text

    def __post_init__(self) -> None:
        if len(self.capabilities) != CAPABILITY_COLOURS:
            raise ValueError(f"a palette needs {CAPABILITY_COLOURS} capability colours")

    def capability(self, position: int) -> str:
        """Colour of the capability at `position` of a figure's legend."""
        return self.capabilities[min(max(position, 0), CAPABILITY_COLOURS - 1)]

    def colour(self, name: str) -> str:
        """Colour of a tone ("good", "bad", "text", ...) or of `capability-N`; "" is the text's own."""
        if name.startswith("capability-"):
            return self.capability(int(name.removeprefix("capability-")))
        if name in ("", "text"):
            return self.text
        return str(getattr(self, name))

    def style(
        self, colour: str = "", background: str = "", bold: bool = False, reverse: bool = False
    ) -> Style:
        """A style with these colours, by the names that `colour` takes; no background where that is ""."""
        return _style(self, colour, background, bold, reverse)


@lru_cache(512)
def _style(palette: Palette, colour: str, background: str, bold: bool, reverse: bool) -> Style:
    loud = bold or (palette.strong and colour in ("good", "warn", "bad", "accent"))
    if palette.plain:
        return Style(bold=loud or None, reverse=(reverse or bool(background)) or None)
    return Style(
        color=palette.colour(colour) or None,
        bgcolor=(palette.colour(background) or None) if background else None,
        bold=loud or None,
        reverse=reverse or None,
    )
