"""The commands of the key table that every table takes: moving, scrolling sideways, sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaler_monitor.ui.table.entity_table import EntityTable

SIDEWAYS_CELLS = 10
"""How far one key scrolls sideways."""


class TableCommands:
    """Takes commands for one table."""

    def __init__(self, table: EntityTable) -> None:
        self._table = table

    def command_up(self) -> None:
        """One row up."""
        self._table.step(-1)

    def command_down(self) -> None:
        """One row down."""
        self._table.step(1)

    def command_page_up(self) -> None:
        """A screenful up."""
        self._table.step(-self._table.screenful)

    def command_page_down(self) -> None:
        """A screenful down; without a cursor, to the first row in sight."""
        self._table.step(self._table.screenful if self._table.row_cursor.is_anywhere else 0)

    def command_first(self) -> None:
        """To the first row."""
        self._table.move_to(0)

    def command_last(self) -> None:
        """To the last row."""
        self._table.move_to(self._table.window.count - 1)

    def command_left(self) -> None:
        """Sideways; from the left edge back to the columns that fit."""
        if self._table.scroll_offset.x > 0:
            self._table.scroll_to_cell(self._table.scroll_offset.x - SIDEWAYS_CELLS)
        elif self._table.view.wide:
            self._table.show_all_columns(False)

    def command_right(self) -> None:
        """Sideways, into the columns that did not fit."""
        view, table = self._table.view, self._table.table
        if not view.wide and len(self._table.columns) < len(table.columns) - len(view.hidden):
            self._table.show_all_columns(True)
        self._table.scroll_to_cell(self._table.scroll_offset.x + SIDEWAYS_CELLS)

    def allows_sort_letter(self, letter: str) -> bool:
        """Whether the letter means a column here: sort letters are for worker tables."""
        return self._table.sort_and_filter.column_of_letter(letter) is not None

    def command_sort_letter(self, letter: str) -> None:
        """Sort by the column of `letter`."""
        column = self._table.sort_and_filter.column_of_letter(letter)
        if column is not None:
            self._table.sort_by(column.key)

    def command_sort_next(self, side: str) -> None:
        """Sort by the column to the "left" or "right" of the one sorted by."""
        keys = [place.column.key for place in self._table.columns]
        if keys:
            key = self._table.sort_and_filter.neighbour(keys, side)
            self._table.sort_by(key, self._table.view.descending)

    def command_reverse(self) -> None:
        """Turn the order round."""
        self._table.sort_by(self._table.view.sort)
