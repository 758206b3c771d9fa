"""Sort and filter of a table: what the user chose, and what the answers say of the filter."""

from __future__ import annotations

from collections.abc import Sequence

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.ui.view_state import TableViewState


class SortAndFilter:
    """Changes sort and filter in `view`, and stores those of the present rows."""

    def __init__(self, table: TableSpec, view: TableViewState) -> None:
        self._table = table
        self._view = view
        self._held = ("", False, "")  # sort, descending and filter of the rows that are held

    @property
    def _in_force(self) -> tuple[str, bool, str]:
        return self._view.sort, self._view.descending, self._view.filter

    @property
    def is_held(self) -> bool:
        """Whether the rows that are held are those of the sort and filter in force."""
        return self._held == self._in_force

    def is_asked_by(self, asked: TableQuestion) -> bool:
        """Whether a question asks for the sort and filter in force."""
        return (asked.sort, asked.descending, asked.filter) == self._in_force

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again in the other direction, unless `descending` says which."""
        view = self._view
        if descending is not None:
            view.sort, view.descending = key, descending
        elif view.sort == key:
            view.descending = not view.descending
        else:
            view.sort, view.descending = key, True

    def column_of_letter(self, letter: str) -> ColumnSpec | None:
        """The column that a sort letter means in this table; None in most tables."""
        return next((column for column in self._table.columns if column.shortcut == letter), None)

    def neighbour(self, keys: Sequence[str], side: str) -> str:
        """The key, of columns left to right, on the "left" or "right" of the one that is sorted by."""
        step, sort = 1 if side == "right" else -1, self._view.sort
        here = keys.index(sort) if sort in keys else -1 if step == 1 else 0
        return keys[(here + step) % len(keys)]

    def filter_by(self, text: str) -> bool:
        """Use a filter as typed; returns whether another one is in force."""
        view = self._view
        view.typed_filter, view.filter_error = text, ""
        if view.filter == text:
            return False
        view.filter = text
        return True

    def refuse(self, error: str) -> None:
        """Go back to the last good filter: the one in force does not parse."""
        self._view.filter_error = error
        self._view.filter = self._view.good_filter

    def accept(self, asked: TableQuestion) -> bool:
        """Rows have come for `asked`, so its filter is good; returns whether it is another than before."""
        view = self._view
        if view.filter == view.typed_filter:
            view.filter_error = ""
        view.good_filter = asked.filter
        refiltered = asked.filter != self._held[2]
        self._held = (asked.sort, asked.descending, asked.filter)
        return refiltered
