"""Tables as lines of text: as wide as what stands in them, within the width that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

CUT_MARK = "+"


class TextColumn(NamedTuple):
    """A column of text cells under its title."""

    title: str
    cells: list[str]
    name: bool = False  # names stand on the left and may be cut, figures on the right and are whole
    least: int = 0  # cells that it has at least; a name keeps so many of its own, however short the line
    rank: int = 0  # 0 is always there; higher ranks leave a short line first
    grow: int = 0  # names that have more of it have their whole length sooner

    @property
    def longest(self) -> int:
        """Cells of its title or its longest cell."""
        return max(len(self.title), max(map(len, self.cells), default=0))

    @property
    def least_cells(self) -> int:
        """Cells that it cannot do without."""
        return (
            min(self.longest, max(self.least, len(self.title)))
            if self.name
            else max(self.longest, self.least)
        )


def text_table(columns: Sequence[TextColumn], width: int) -> list[str]:
    """Return the title line and the rows, in `width` cells where the columns of rank 0 fit into it.

    Where they do not fit, columns of the highest rank leave first (the rightmost of equals), each name cut
    to its least. What is left over makes names whole.
    """
    columns = list(columns)
    while least_width(columns) > width:
        leaving = [(column.rank, place) for place, column in enumerate(columns) if column.rank]
        if not leaving:
            break
        del columns[max(leaving)[1]]
    widths = _widths(columns, width)
    aligned = [str.ljust if column.name else str.rjust for column in columns]
    lines = [[column.title for column in columns], *zip(*(column.cells for column in columns), strict=True)]
    return [
        " ".join(
            align(cut(cell, cells), cells) for align, cell, cells in zip(aligned, line, widths, strict=True)
        )
        for line in lines
    ]


def least_width(columns: Sequence[TextColumn]) -> int:
    """Return the cells of a line in which none of the columns must leave."""
    return sum(column.least_cells + 1 for column in columns) - 1


def cut(text: str, cells: int) -> str:
    """Return the text, or as much of it as fits with a mark that there is more."""
    return text if len(text) <= cells else f"{text[: cells - 1]}{CUT_MARK}"


def _widths(columns: Sequence[TextColumn], width: int) -> list[int]:
    widths = [column.least_cells for column in columns]
    spare = max(width - least_width(columns), 0)
    for place in sorted(range(len(columns)), key=lambda place: -columns[place].grow):
        more = min(spare, columns[place].longest - widths[place]) if columns[place].name else 0
        widths[place] += more
        spare -= more
    return widths
