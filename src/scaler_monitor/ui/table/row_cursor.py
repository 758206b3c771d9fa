"""The cursor of a table: it is on an entity, not on a row number, so that no refresh moves it."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.ui.table.window import Row, RowWindow
from scaler_monitor.ui.view_state import TableViewState


class Move(NamedTuple):
    """The result of a move of the cursor."""

    position: int  # of the cursor, now or when its row has arrived
    is_held: bool  # whether its row is in the window; otherwise it must be requested
    is_shorter: bool  # whether a removed row that was kept for the cursor has disappeared


class RowCursor:
    """Moves the cursor of `view` among the rows that `window` holds.

    `pending` is the position that the cursor moves to when the page with that row has arrived.
    """

    def __init__(self, table: TableSpec, view: TableViewState, window: RowWindow) -> None:
        self._table = table
        self._view = view
        self._window = window
        self.pending: int | None = None
        self._last_row: Row | None = None  # the cursor's row as last received, in case it is removed

    @property
    def is_anywhere(self) -> bool:
        """Whether there is a cursor, or will be when its row has arrived."""
        return bool(self._view.cursor) or self.pending is not None

    def row(self) -> Row | None:
        """Return the row at the cursor as last received; None without a cursor."""
        cursor = self._view.cursor
        position = self._window.find(cursor) if cursor else None
        row = self._window.at(position) if position is not None else self._last_row
        return row if row is not None and cursor and row.id == cursor else None

    def follow(self, asked: TableQuestion, page: TablePage, *, refiltered: bool) -> None:
        """Keep the cursor on its entity after a new page; `refiltered` means that the filter has changed.

        The row of an entity that is no longer in the table is kept with the mark "gone"; an entity that does
        not match the new filter loses the cursor.
        """
        view, window = self._view, self._window
        window.gone = None
        if not view.cursor:
            return
        position = window.find(view.cursor)
        if position is None and page.cursor is not None and asked.cursor == view.cursor:
            position = page.cursor
        if position is not None:
            view.position = position
            self._last_row = window.at(position) or self._last_row
        elif asked.cursor == view.cursor and page.cursor is None:
            row = self._last_row
            if refiltered or row is None or row.id != view.cursor:
                view.cursor = ""
            else:
                window.keep_gone(
                    row._replace(values=self._table.row_after_removal(row.values)), view.position
                )
                assert window.gone is not None
                view.position = window.gone.position

    def settle_pending(self) -> None:
        """Move the cursor to the pending position if its row has arrived."""
        if self.pending is None:
            return
        position = min(self.pending, self._window.count - 1)
        row = self._window.at(position)
        if row is not None:
            self._put_on(row, position)

    def move_to(self, position: int) -> Move | None:
        """Move the cursor to the row at `position`, or the nearest one; return None for an empty table."""
        view, window = self._view, self._window
        if not window.count:
            return None
        position = max(0, min(position, window.count - 1))
        row, gone = window.at(position), window.gone
        if row is None:
            self.pending = view.position = position
        else:
            self._put_on(row, position)
        leaves_gone = gone is not None and (row is None or row.id != gone.row.id)
        if gone is not None and leaves_gone:
            window.gone = None
            if position > gone.position:
                view.position = position = position - 1
        return Move(position, row is not None, leaves_gone)

    def stepped(self, by: int, top: int) -> int:
        """Return the position `by` rows from the cursor; without a cursor `top`, the first visible row."""
        if self.pending is not None:
            return self.pending + by
        return self._view.position + by if self._view.cursor else top

    def _put_on(self, row: Row, position: int) -> None:
        self.pending = None
        self._view.cursor, self._view.position, self._last_row = row.id, position, row
