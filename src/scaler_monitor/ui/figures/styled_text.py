"""Lines of text with colour names, independent of theme and terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from scaler_monitor.ui.glyphs import fit as fit
from scaler_monitor.ui.themes import Palette


class StyledText(NamedTuple):
    """Text in one style; `colour` and `background` are names for `Palette.colour`, or ""."""

    text: str
    colour: str = ""
    background: str = ""
    bold: bool = False


Line = list[StyledText]

CellStyle = tuple[str, str, bool]
"""(colour, background, bold), as in StyledText."""

PLAIN: CellStyle = ("", "", False)

EIGHTHS = 8
"""Number of steps to fill a cell, see `Marks.blocks`."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The glyphs of figures, each one cell wide."""

    shades: str  # four steps of load
    running: str
    running_end: str
    failed: str
    some_failed: str
    died: str
    canceled: str
    some_canceled: str
    gap: str
    rule: str
    tick: str
    cursor: str
    cut: str
    half: str  # lower half of a cell; "" if there is no such glyph
    blocks: str  # a cell filled from below, in eighths from empty to full
    braille: bool


UNICODE_MARKS = Marks(
    "░▒▓█", "━", "▶", "✗", "▁", "†", "⊘", "▔", "┈", "─", "┴", "▲", "…", "▄", " ▁▂▃▄▅▆▇█", True
)
ASCII_MARKS = Marks(
    ".:o#", "=", ">", "X", "x", "D", "C", "%", "/", "-", "+", "^", "~", "", " ..::oo##", False
)


def marks_of(glyphs: str) -> Marks:
    """Return the marks of glyph set "unicode" or "ascii"."""
    return ASCII_MARKS if glyphs == "ascii" else UNICODE_MARKS


def line_text(line: Iterable[StyledText]) -> str:
    """Return the text of a line without styles."""
    return "".join(span.text for span in line)


def with_cell(line: Line, x: int, cell: StyledText) -> Line:
    """Return the line with cell `x` replaced; the other half of a wide character there becomes a space."""
    changed: Line = []
    for span in line:
        width = cell_len(span.text)
        if 0 <= x < width:
            before, rest = Segment(span.text).split_cells(x)
            _, after = rest.split_cells(1)
            parts = (span._replace(text=before.text), cell, span._replace(text=after.text))
            changed += [part for part in parts if part.text]
        else:
            changed.append(span)
        x -= width
    return changed


def to_strip(line: Iterable[StyledText], palette: Palette, width: int) -> Strip:
    """Return a line as a strip of exactly `width` cells; text is never parsed as markup."""
    segments = [
        Segment(span.text, palette.style(span.colour, span.background, span.bold))
        for span in line
        if span.text
    ]
    return Strip(segments).adjust_cell_length(width, palette.style())


class Cells:
    """A line of cells that can be overwritten."""

    def __init__(self, width: int) -> None:
        self._glyphs = [" "] * width
        self._styles: list[CellStyle] = [PLAIN] * width

    def write(self, x: int, text: str, colour: str = "", background: str = "", bold: bool = False) -> None:
        """Write text of one-cell characters from cell `x` on; text outside the line is cut off."""
        text = text[max(-x, 0) :][: max(len(self._glyphs) - max(x, 0), 0)]
        x = max(x, 0)
        self._glyphs[x : x + len(text)] = text
        self._styles[x : x + len(text)] = [(colour, background, bold)] * len(text)

    def restyle(self, x: int, colour: str, background: str, bold: bool = True) -> None:
        """Change the style of a cell, not its character."""
        if 0 <= x < len(self._styles):
            self._styles[x] = (colour, background, bold)

    def glyph(self, x: int) -> str:
        """Return the character in cell `x`."""
        return self._glyphs[x]

    def background(self, x: int) -> str:
        """Return the name of the background colour of cell `x`."""
        return self._styles[x][1]

    def line(self) -> Line:
        """Return the cells as a line; adjacent cells with equal style are joined."""
        line: Line = []
        first = 0
        for style, cells in groupby(self._styles):
            last = first + sum(1 for _ in cells)
            line.append(StyledText("".join(self._glyphs[first:last]), *style))
            first = last
        return line


def draw_column(grid: list[Cells], x: int, share: float, marks: Marks, colour: str) -> None:
    """Fill column `x` of `grid` (top row first) from below to `share` of its height, at least an eighth."""
    eighths = max(round(share * len(grid) * EIGHTHS), 1)
    for above, row in enumerate(reversed(grid)):
        level = min(max(eighths - above * EIGHTHS, 0), EIGHTHS)
        if level:
            row.write(x, marks.blocks[level], colour)
