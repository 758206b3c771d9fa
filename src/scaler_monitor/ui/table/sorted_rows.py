"""Which rows a table shows and in what order: its sort and its filter, by keys and mouse."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from scaler_monitor.protocol.column import Column
from scaler_monitor.ui.table.cursor_rows import CursorRows


class SortedRows(CursorRows):
    """Rows whose order and filter the user chooses; what is chosen is told by `LookChanged`."""

    @dataclass
    class LookChanged(Message):
        """Sort, filter or columns were changed by the user."""

        table: SortedRows

        @property
        def control(self) -> SortedRows:
            """The table that posted it, for handlers that choose by selector."""
            return self.table

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again the other way round. The header shows it at once."""
        look, columns = self.look, self.columns
        if descending is not None:
            look.sort, look.descending = key, descending
        elif look.sort == key:
            look.descending = not look.descending
        else:
            look.sort, look.descending = key, True
        self._scroll_to_row(0)
        look.top = 0
        self.repaint(1 if columns == self.columns else None)  # rows are those of before until others come
        self.post_message(self.LookChanged(self))

    def sorts_by_letter(self, letter: str) -> Column | None:
        """The column that a sort letter means here."""
        for column in self.table.columns:
            if column.shortcut == letter:
                return column
        return None

    def allows_sort_letter(self, letter: str) -> bool:
        """Whether the key means anything here: sort letters are for worker tables."""
        return self.sorts_by_letter(letter) is not None

    def command_sort_letter(self, letter: str) -> None:
        """Sort a worker table by the column of `letter`."""
        column = self.sorts_by_letter(letter)
        if column is not None:
            self.sort_by(column.key)

    def command_sort_next(self, side: str) -> None:
        """Sort by the column to the "left" or "right" of the one sorted by."""
        keys = [place.column.key for place in self.columns]
        if not keys:
            return
        step = 1 if side == "right" else -1
        here = keys.index(self.look.sort) if self.look.sort in keys else -1 if step == 1 else 0
        self.sort_by(keys[(here + step) % len(keys)], self.look.descending)

    def command_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.look.sort)

    def filter_by(self, text: str) -> None:
        """Use a filter as typed; whether it parses is told by the page that comes."""
        look = self.look
        look.typed_filter = text
        look.filter_error = ""
        if look.filter != text:
            look.filter = text
            self.post_message(self.LookChanged(self))
