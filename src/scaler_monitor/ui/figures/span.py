"""Lines of a figure as plain data: spans of text with the name of what they mean, no styles yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from scaler_monitor.ui.themes import Palette


class Span(NamedTuple):
    """Text in one ink: `ink` and `back` are names of `Palette.colour`; "" leaves them alone."""

    text: str
    ink: str = ""
    back: str = ""
    bold: bool = False


Line = list[Span]


@dataclass(frozen=True, slots=True)
class Marks:
    """The glyphs that figures draw with; each is one cell wide."""

    shades: str  # little to all of a cell, four steps
    running: str
    running_end: str
    failed: str
    died: str
    canceled: str
    gap: str
    rule: str
    tick: str
    cursor: str
    cut: str
    blocks: str  # eighths of a cell upwards, from nothing to all
    braille: bool


UNICODE_MARKS = Marks("░▒▓█", "━", "▶", "✗", "†", "⊘", "┈", "─", "┴", "▲", "…", " ▁▂▃▄▅▆▇█", True)
ASCII_MARKS = Marks(".:o#", "=", ">", "X", "D", "C", "/", "-", "+", "^", "~", " ..::oo##", False)


def marks_of(glyphs: str) -> Marks:
    """The marks for a set of glyphs by its name, "unicode" or "ascii"."""
    return ASCII_MARKS if glyphs == "ascii" else UNICODE_MARKS


def fit(text: str, width: int, cut: str) -> str:
    """`text` in exactly `width` cells, left-aligned, cut with a mark where it is longer."""
    if width <= 0:
        return ""
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + cut
    return text + " " * (width - cell_len(text))


def line_text(line: Iterable[Span]) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


def to_strip(line: Iterable[Span], palette: Palette, width: int) -> Strip:
    """A line as a strip of exactly `width` cells; data is never read as markup."""
    segments = [
        Segment(span.text, palette.style(span.ink, span.back, span.bold)) for span in line if span.text
    ]
    return Strip(segments).adjust_cell_length(width, palette.style())


class Cells:
    """One line of single cells that may be overwritten, joined into spans at the end."""

    def __init__(self, width: int) -> None:
        self._cells: list[Span] = [Span(" ")] * width

    def put(self, x: int, text: str, ink: str = "", back: str = "", bold: bool = False) -> None:
        """Write narrow text from cell `x` on; what lies outside is cut off."""
        for offset, glyph in enumerate(text):
            if 0 <= x + offset < len(self._cells):
                self._cells[x + offset] = Span(glyph, ink, back, bold)

    def restyle(self, x: int, ink: str, back: str, bold: bool = True) -> None:
        """Keep the glyph of a cell and draw it otherwise."""
        if 0 <= x < len(self._cells):
            self._cells[x] = Span(self._cells[x].text, ink, back, bold)

    def glyph(self, x: int) -> str:
        """What stands in cell `x`."""
        return self._cells[x].text

    def back(self, x: int) -> str:
        """What cell `x` is drawn on."""
        return self._cells[x].back

    def line(self) -> Line:
        """The spans, neighbours of equal ink joined."""
        line: Line = []
        for cell in self._cells:
            if line and line[-1][1:] == cell[1:]:
                line[-1] = line[-1]._replace(text=line[-1].text + cell.text)
            else:
                line.append(cell)
        return line
