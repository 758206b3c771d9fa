"""The rows of a table on the screen: one page of the matched rows, and the cursor's removed row."""

from __future__ import annotations

from typing import Any, NamedTuple

from scaler_monitor.protocol.page import TablePage


class Row(NamedTuple):
    """One row: id, values in the order of columns, mark and tones as in `TablePage`."""

    id: str
    values: list[Any]
    mark: str
    tones: str = ""  # one entry of TablePage.tones


class Gone(NamedTuple):
    """The cursor's row after its removal, and its position on the screen."""

    position: int
    row: Row


class RowWindow:
    """Rows by position; the cursor's removed row counts as a row."""

    def __init__(self) -> None:
        self.total = 0
        self.matched = 0
        self.shed = 0
        self.left_out = 0
        self.departed = 0
        self.first = 0
        self.rows: list[Row] = []
        self.gone: Gone | None = None
        self._by_id: dict[str, int] = {}

    @property
    def count(self) -> int:
        """Number of matched rows, including the removed one."""
        return self.matched + (self.gone is not None)

    @property
    def passed(self) -> int:
        """Number of rows that match the filter, at most `total`: the removed row is not counted."""
        return min(self.matched, self.total)

    def set_page(self, page: TablePage) -> None:
        """Replace the page."""
        self.total, self.matched, self.shed, self.first = page.total, page.matched, page.shed, page.first
        self.left_out, self.departed = page.left_out, page.departed
        parts = zip(page.ids, page.rows, page.marks, page.tones, strict=True)
        self.rows = list(map(Row._make, parts))
        self._by_id = {row.id: page.first + i for i, row in enumerate(self.rows)}

    def keep_gone(self, row: Row, position: int) -> None:
        """Keep a removed row at `position`."""
        self.gone = Gone(min(position, self.matched), row._replace(mark="gone"))

    def at(self, position: int) -> Row | None:
        """Return the row at `position`; None if it is outside the page."""
        if self.gone is not None:
            if position == self.gone.position:
                return self.gone.row
            if position > self.gone.position:
                position -= 1
        index = position - self.first
        return self.rows[index] if 0 <= index < len(self.rows) else None

    def find(self, row_id: str) -> int | None:
        """Return the position of a row id; None if it is outside the page."""
        if self.gone is not None and self.gone.row.id == row_id:
            return self.gone.position
        position = self._by_id.get(row_id)
        if position is not None and self.gone is not None and position >= self.gone.position:
            position += 1
        return position

    def reaches(self, first: int, count: int) -> bool:
        """Return whether the page has the `count` rows from `first` on, as far as they exist."""
        last = min(first + count, self.matched)
        return first >= self.first and last <= self.first + len(self.rows)
