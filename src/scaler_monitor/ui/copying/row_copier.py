"""The commands that copy to the clipboard: the row under the cursor, and one of its cells."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App

from scaler_monitor.link.daemon_thread import KEEP_SECONDS
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.row_id import format_row_id
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.copying.clipboard import copy_text
from scaler_monitor.ui.glyphs import Glyphs, cut_end
from scaler_monitor.ui.notices import Notices
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row

NAME_CELLS = 24
"""Most cells of a row's name in a message."""
NOTHING = "nothing to copy: put the cursor on a row"


class RowCopier:
    """Copies from the active table, and shows a message about what was copied and where to."""

    def __init__(self, app: App[Any], body: Body, notices: Notices, glyphs: Glyphs) -> None:
        self._host = app
        self._body = body
        self._notices = notices
        self._cut = glyphs.cut
        self._unfinished: set[asyncio.Task[None]] = set()  # copies that are not in their file yet

    async def finish(self) -> None:
        """Return once the last copy is written, after `KEEP_SECONDS` in any case."""
        if self._unfinished:
            await asyncio.wait(self._unfinished, timeout=KEEP_SECONDS)

    def allows_copy(self) -> bool:
        """Whether there are rows."""
        return self._body.active_table is not None

    allows_copy_cell = allows_copy

    def command_copy(self) -> None:
        """Copy the row under the cursor: its id, then column and value, a line each."""
        table = self._body.active_table
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            self._notices.show(NOTHING)
            return
        lines = [format_row_id(row.id), *(f"{label}\t{text}" for label, text in _cells(table, row))]
        self._copy(f"the row of {self._name(row)}", "\n".join(lines))

    async def command_copy_cell(self) -> None:
        """Choose a cell of the row under the cursor, and copy it whole."""
        from scaler_monitor.ui.copying.cell_chooser import CellChooser

        table = self._body.active_table
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            self._notices.show(NOTHING)
            return
        cells = _cells(table, row)
        if format_row_id(row.id) not in (text for _, text in cells):
            cells.insert(0, ("id", row.id))
        name = self._name(row)

        def take(chosen: int | None) -> None:
            if chosen is not None:
                label, text = cells[chosen]
                self._copy(f"{label} of {name}", text)

        await self._host.push_screen(CellChooser(cells), take)

    def _copy(self, what: str, text: str) -> None:
        async def copy() -> None:
            self._notices.show(await copy_text(what, text, self._host.copy_to_clipboard))

        copying = asyncio.create_task(copy())
        self._unfinished.add(copying)
        copying.add_done_callback(self._unfinished.discard)

    def _name(self, row: Row) -> str:
        return cut_end(format_row_id(row.id), NAME_CELLS, self._cut)


def _cells(table: EntityTable, row: Row) -> list[tuple[str, str]]:
    columns = zip(table.table.columns, row.values, strict=False)
    return [(column.title, format_value(column.kind, value)) for column, value in columns]
