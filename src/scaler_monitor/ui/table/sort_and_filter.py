"""Sort and filter of a table: what the user chose, and what the answers say of the filter."""

from __future__ import annotations

from collections.abc import Sequence

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.ui.look import TableLook


class SortAndFilter:
    """Changes sort and filter in `look`, and knows with which ones the rows that are held were made."""

    def __init__(self, table: TableSpec, look: TableLook) -> None:
        self._table = table
        self._look = look
        self._held = ("", False, "")  # sort, descending and filter of the rows that are held

    @property
    def _in_force(self) -> tuple[str, bool, str]:
        return self._look.sort, self._look.descending, self._look.filter

    @property
    def is_held(self) -> bool:
        """Whether the rows that are held are those of the sort and filter in force."""
        return self._held == self._in_force

    def is_asked_by(self, asked: TableQuestion) -> bool:
        """Whether a question asks for the sort and filter in force."""
        return (asked.sort, asked.descending, asked.filter) == self._in_force

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again in the other direction, unless `descending` says which."""
        look = self._look
        if descending is not None:
            look.sort, look.descending = key, descending
        elif look.sort == key:
            look.descending = not look.descending
        else:
            look.sort, look.descending = key, True

    def column_of_letter(self, letter: str) -> ColumnSpec | None:
        """The column that a sort letter means in this table; None in most tables."""
        return next((column for column in self._table.columns if column.shortcut == letter), None)

    def neighbour(self, keys: Sequence[str], side: str) -> str:
        """The key, of columns left to right, on the "left" or "right" of the one that is sorted by."""
        step, sort = 1 if side == "right" else -1, self._look.sort
        here = keys.index(sort) if sort in keys else -1 if step == 1 else 0
        return keys[(here + step) % len(keys)]

    def filter_by(self, text: str) -> bool:
        """Use a filter as typed; returns whether another one is in force."""
        look = self._look
        look.typed_filter, look.filter_error = text, ""
        if look.filter == text:
            return False
        look.filter = text
        return True

    def refuse(self, error: str) -> None:
        """Go back to the last good filter: the one in force does not parse."""
        self._look.filter_error = error
        self._look.filter = self._look.good_filter

    def accept(self, asked: TableQuestion) -> bool:
        """Rows have come for `asked`, so its filter is good; returns whether it is another than before."""
        look = self._look
        if look.filter == look.typed_filter:
            look.filter_error = ""
        look.good_filter = asked.filter
        refiltered = asked.filter != self._held[2]
        self._held = (asked.sort, asked.descending, asked.filter)
        return refiltered
