"""Placement of columns, computed from their declared widths, never from the rows."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.protocol.table_spec import ColumnSpec
from scaler_monitor.ui.view_state import TableViewState

GAP = 1
GUTTER = 2
"""Cells before every row: the cursor's mark and the row's mark."""


class Placed(NamedTuple):
    """A column on the screen."""

    column: ColumnSpec
    place: int  # position of its value in a row
    width: int  # cells, without the gap after it


def place_columns(
    columns: tuple[ColumnSpec, ...], hidden: frozenset[str], width: int, *, wide: bool = False, sort: str = ""
) -> list[Placed]:
    """Return the columns to draw in `width` cells, left to right.

    If they do not fit, columns of the highest rank are left out first (the rightmost of equal ones). Columns
    of rank 0 and the sorted column `sort` are always kept, the latter even if hidden. Remaining width goes
    to columns that grow. With `wide` no column is left out.
    """
    placed = [
        Placed(column, i, column.width)
        for i, column in enumerate(columns)
        if column.key not in hidden or column.key == sort
    ]

    def needed() -> int:
        return GUTTER + sum(place.width + GAP for place in placed) - GAP

    while not wide and needed() > width:
        leaving = (place for place in placed if place.column.rank and place.column.key != sort)
        last = max(leaving, key=lambda place: (place.column.rank, place.place), default=None)
        if last is None:
            break
        placed.remove(last)
    left = width - needed()
    shares = sum(place.column.grow for place in placed)
    if left > 0 and shares:
        grown = []
        for place in placed:
            extra = left * place.column.grow // shares if place.column.grow else 0
            left -= extra
            shares -= place.column.grow
            grown.append(place._replace(width=place.width + extra))
        placed = grown
    return placed


def total_width(placed: list[Placed]) -> int:
    """Return the width of the columns with gutter and gaps, in cells."""
    return GUTTER + sum(place.width + GAP for place in placed) - GAP


class ColumnLayout:
    """The columns of one table on the screen, computed once per width and view state."""

    def __init__(self, columns: tuple[ColumnSpec, ...]) -> None:
        self._columns = columns
        self._placed: list[Placed] = []
        self._placed_for: tuple[int, frozenset[str], bool, str] | None = None

    def placed(self, width: int, view: TableViewState) -> list[Placed]:
        """Return the columns to draw in `width` cells, left to right."""
        key = (width, view.hidden, view.wide, view.sort)
        if key != self._placed_for:
            self._placed = place_columns(self._columns, view.hidden, width, wide=view.wide, sort=view.sort)
            self._placed_for = key
        return self._placed


def column_at(placed: list[Placed], x: int) -> ColumnSpec | None:
    """Return the column at cell `x` of the line, including the gap after it; None beside all columns."""
    x -= GUTTER
    for place in placed:
        if 0 <= x < place.width + GAP:
            return place.column
        x -= place.width + GAP
    return None
