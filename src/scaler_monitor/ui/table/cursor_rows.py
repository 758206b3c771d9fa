"""The cursor of a table: on an entity, not on a row number, and where it moves."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.ui.table.drawn_rows import DrawnRows
from scaler_monitor.ui.table.window import Row


class CursorRows(DrawnRows):
    """Rows with a cursor and a scroll position that no refresh moves."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pending: int | None = None  # row to put the cursor on, once its page has come
        self._cursor_row: Row | None = None  # as last seen, in case it goes

    def row_under_cursor(self) -> Row | None:
        """The row of the cursor as it is held, or as it was last seen; None without a cursor."""
        cursor = self.look.cursor
        position = self.window.find(cursor) if cursor else None
        row = self.window.at(position) if position is not None else self._cursor_row
        return row if row is not None and cursor and row.id == cursor else None

    def _follow_cursor(self, asked: TableQuestion, page: TablePage, refiltered: bool) -> None:
        look, window = self.look, self.window
        window.gone = None
        if not look.cursor:
            return
        position = window.find(look.cursor)
        if position is None and page.cursor is not None and asked.cursor == look.cursor:
            position = page.cursor
        if position is not None:
            look.position = position
            self._cursor_row = window.at(position) or self._cursor_row
        elif asked.cursor == look.cursor and page.cursor is None:
            row = self._cursor_row
            if refiltered or row is None or row.id != look.cursor:
                look.cursor = ""
            else:
                window.keep_gone(row._replace(values=self.table.of_gone(row.values)), look.position)
                assert window.gone is not None
                look.position = window.gone.position

    def _settle_pending(self) -> None:
        if self._pending is None:
            return
        row = self.window.at(min(self._pending, self.window.count - 1))
        if row is not None:
            self.look.position = min(self._pending, self.window.count - 1)
            self.look.cursor, self._cursor_row = row.id, row
            self._pending = None

    def _scroll_to_row(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: other rows are in sight; ask at once where their page is not here."""
        self._lines.clear()
        super().watch_scroll_y(old_value, new_value)
        if self.answered:
            self.look.top = self.top
            if not self.window.reaches(self.top, self.screenful):
                self.monitor.hurry()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Scrolled sideways."""
        self._lines.clear()
        super().watch_scroll_x(old_value, new_value)

    def on_resize(self) -> None:
        """Other columns and other rows fit."""
        self._lines.clear()
        self._lay_out()
        self.monitor.hurry_if_other()

    def entered(self) -> None:
        """It came into sight again: the look may have been changed elsewhere."""
        if self.answered:
            self._scroll_to_row(self.look.top)
        self.repaint_all()

    def move_to(self, position: int) -> None:
        """Put the cursor on the row at `position` and bring it into sight."""
        if not self.window.count:
            return
        position = max(0, min(position, self.window.count - 1))
        row = self.window.at(position)
        was_gone = self.window.gone
        if row is None:
            self._pending = position
            self.look.position = position
            self.monitor.hurry()
        else:
            self._pending = None
            self.look.cursor, self.look.position, self._cursor_row = row.id, position, row
        if was_gone is not None and (row is None or row.id != was_gone.row.id):
            self.window.gone = None
            if position > was_gone.position:
                self.look.position = position = position - 1
            self._lay_out()
        if position < self.top:
            self._scroll_to_row(position)
        elif position >= self.top + self.screenful:
            self._scroll_to_row(position - self.screenful + 1)
        self.repaint()

    def _step(self, by: int) -> None:
        if self._pending is not None:
            self.move_to(self._pending + by)
        elif not self.look.cursor:
            self.move_to(self.top)
        else:
            self.move_to(self.look.position + by)

    def command_up(self) -> None:
        """One row up."""
        self._step(-1)

    def command_down(self) -> None:
        """One row down."""
        self._step(1)

    def command_page_up(self) -> None:
        """A screenful up."""
        self._step(-self.screenful)

    def command_page_down(self) -> None:
        """A screenful down."""
        self._step(self.screenful if self.look.cursor or self._pending is not None else 0)

    def command_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def command_last(self) -> None:
        """To the last row."""
        self.move_to(self.window.count - 1)

    def command_left(self) -> None:
        """Sideways; from the left edge back to the columns that fit."""
        if self.scroll_offset.x > 0:
            self.scroll_to(x=self.scroll_offset.x - 10, animate=False, force=True, immediate=True)
        elif self.look.wide:
            self.look.wide = False
            self._lay_out()
            self.repaint_all()

    def command_right(self) -> None:
        """Sideways, into the columns that did not fit."""
        if not self.look.wide and len(self.columns) < len(self.table.columns) - len(self.look.hidden):
            self.look.wide = True
            self._lay_out()
            self.repaint_all()
        self.scroll_to(x=self.scroll_offset.x + 10, animate=False, force=True, immediate=True)
