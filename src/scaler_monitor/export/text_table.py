"""Tables as lines of text, with column widths that depend on the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

TRUNCATION_MARK = "+"


class TextColumn(NamedTuple):
    """A column of text cells under its title."""

    title: str
    cells: list[str]
    name: bool = False  # names are left-aligned and can be truncated, numbers are right-aligned and complete
    min_width: int = 0  # minimum width in cells; names are not truncated further
    rank: int = 0  # 0 is always shown; the highest ranks are left out first
    grow: int = 0  # names with a higher value get remaining space first

    @property
    def longest(self) -> int:
        """Length of the longest cell, or of the title."""
        return max(len(self.title), max(map(len, self.cells), default=0))

    @property
    def min_cells(self) -> int:
        """Minimum width in cells."""
        return (
            min(self.longest, max(self.min_width, len(self.title)))
            if self.name
            else max(self.longest, self.min_width)
        )


def text_table(columns: Sequence[TextColumn], width: int) -> list[str]:
    """Return the title line and the rows, in `width` cells if the columns of rank 0 fit.

    If the line is too long, columns of the highest rank are left out first, the rightmost of equal ones.
    Remaining space is given to truncated names.
    """
    columns = list(columns)
    while min_line_width(columns) > width:
        leaving = [(column.rank, place) for place, column in enumerate(columns) if column.rank]
        if not leaving:
            break
        del columns[max(leaving)[1]]
    widths = _widths(columns, width)
    aligned = [str.ljust if column.name else str.rjust for column in columns]
    lines = [[column.title for column in columns], *zip(*(column.cells for column in columns), strict=True)]
    return [
        " ".join(
            align(truncate(cell, cells), cells)
            for align, cell, cells in zip(aligned, line, widths, strict=True)
        )
        for line in lines
    ]


def min_line_width(columns: Sequence[TextColumn]) -> int:
    """Return the minimum width of a line with all columns."""
    return sum(column.min_cells + 1 for column in columns) - 1


def truncate(text: str, cells: int) -> str:
    """Return the text, truncated with a mark if it is longer than `cells`."""
    return text if len(text) <= cells else f"{text[: cells - 1]}{TRUNCATION_MARK}"


def _widths(columns: Sequence[TextColumn], width: int) -> list[int]:
    widths = [column.min_cells for column in columns]
    spare = max(width - min_line_width(columns), 0)
    for place in sorted(range(len(columns)), key=lambda place: -columns[place].grow):
        more = min(spare, columns[place].longest - widths[place]) if columns[place].name else 0
        widths[place] += more
        spare -= more
    return widths
