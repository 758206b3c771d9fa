"""Commands of every table, for keys and clicks: moving, horizontal scrolling, sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaler_monitor.ui.table.column_layout import column_at

if TYPE_CHECKING:
    from scaler_monitor.ui.table.entity_table import EntityTable

SIDEWAYS_CELLS = 10
"""Cells per key for horizontal scrolling."""


class TableCommands:
    """Handles the commands of one table."""

    def __init__(self, table: EntityTable) -> None:
        self._table = table

    def command_up(self) -> None:
        """Move one row up."""
        self._table.step(-1)

    def command_down(self) -> None:
        """Move one row down."""
        self._table.step(1)

    def command_page_up(self) -> None:
        """Move one page up."""
        self._table.step(-self._table.screenful)

    def command_page_down(self) -> None:
        """Move one page down; without a cursor, to the first visible row."""
        self._table.step(self._table.screenful if self._table.row_cursor.is_anywhere else 0)

    def command_first(self) -> None:
        """Move to the first row."""
        self._table.move_to(0)

    def command_last(self) -> None:
        """Move to the last row."""
        self._table.move_to(self._table.window.count - 1)

    def command_left(self) -> None:
        """Scroll left; at the left edge, show only the columns that fit."""
        if self._table.scroll_offset.x > 0:
            self._table.scroll_area.scroll_to_cell(self._table.scroll_offset.x - SIDEWAYS_CELLS)
        elif self._table.view.wide:
            self._show_all_columns(False)

    def command_right(self) -> None:
        """Scroll right, to the columns that do not fit."""
        view, table = self._table.view, self._table.table
        if not view.wide and len(self._table.columns) < len(table.columns) - len(view.hidden):
            self._show_all_columns(True)
        self._table.scroll_area.scroll_to_cell(self._table.scroll_offset.x + SIDEWAYS_CELLS)

    def _show_all_columns(self, wide: bool) -> None:
        """Show all columns with horizontal scrolling, or only those that fit."""
        self._table.view.wide = wide
        self._table.fit_size()
        self._table.repaint_all()

    def click(self, x: int, y: int, *, is_double: bool) -> None:
        """Sort by a clicked title, or move the cursor to a clicked row; a double click opens its page."""
        table = self._table
        if y == 0:
            column = column_at(table.columns, x + table.scroll_offset.x)
            if column is not None:
                table.sort_by(column.key)
            return
        position = table.top + y - 1
        if position < table.window.count:
            table.move_to(position)
            if is_double:
                table.command_enter()

    def allows_sort_letter(self, letter: str) -> bool:
        """Return whether a column has this sort letter; only worker tables have them."""
        return self._table.sort_and_filter.column_of_letter(letter) is not None

    def command_sort_letter(self, letter: str) -> None:
        """Sort by the column of `letter`."""
        column = self._table.sort_and_filter.column_of_letter(letter)
        if column is not None:
            self._table.sort_by(column.key)

    def command_sort_next(self, side: str) -> None:
        """Sort by the column to the "left" or "right" of the sorted one."""
        keys = [place.column.key for place in self._table.columns]
        if keys:
            key = self._table.sort_and_filter.neighbour(keys, side)
            self._table.sort_by(key, self._table.view.descending)

    def command_reverse(self) -> None:
        """Reverse the order."""
        self._table.sort_by(self._table.view.sort)
