"""Sort and filter of a table, as selected by the user, and the parse error of the filter."""

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
        self._held = ("", False, "")  # sort, descending and filter of the present rows

    @property
    def _in_force(self) -> tuple[str, bool, str]:
        return self._view.sort, self._view.descending, self._view.filter

    @property
    def is_held(self) -> bool:
        """Whether the present rows have the selected sort and filter."""
        return self._held == self._in_force

    def is_asked_by(self, asked: TableQuestion) -> bool:
        """Return whether a question has the selected sort and filter."""
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
        """Return the column with a sort letter; None if there is none, as in most tables."""
        return next((column for column in self._table.columns if column.shortcut == letter), None)

    def neighbour(self, keys: Sequence[str], side: str) -> str:
        """Return the key to the "left" or "right" of the sorted column in `keys`, wrapping around."""
        step, sort = 1 if side == "right" else -1, self._view.sort
        here = keys.index(sort) if sort in keys else -1 if step == 1 else 0
        return keys[(here + step) % len(keys)]

    def filter_by(self, text: str) -> bool:
        """Apply a filter as typed; return whether it differs from the applied one."""
        view = self._view
        view.typed_filter, view.filter_error = text, ""
        if view.filter == text:
            return False
        view.filter = text
        return True

    def refuse(self, error: str) -> None:
        """Return to the last valid filter; the applied one has a parse error."""
        self._view.filter_error = error
        self._view.filter = self._view.good_filter

    def accept(self, asked: TableQuestion) -> bool:
        """Accept the filter of `asked`, for which rows have arrived; return whether it has changed."""
        view = self._view
        if view.filter == view.typed_filter:
            view.filter_error = ""
        view.good_filter = asked.filter
        refiltered = asked.filter != self._held[2]
        self._held = (asked.sort, asked.descending, asked.filter)
        return refiltered
