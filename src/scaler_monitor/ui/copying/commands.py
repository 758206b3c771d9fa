"""The commands that copy: the row under the cursor, one of its cells, the whole table."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from functools import partial

from scaler_monitor.link.asking import CollectorGone
from scaler_monitor.link.beside import KEEP_SECONDS
from scaler_monitor.protocol.format.amounts import counted
from scaler_monitor.protocol.page import HELD, Question, TablePage, TableQuestion
from scaler_monitor.protocol.tables import format_row_id
from scaler_monitor.ui.commanded import Commanded
from scaler_monitor.ui.copying.clipboard import copy_text
from scaler_monitor.ui.glyphs import cut_end
from scaler_monitor.ui.places import written
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row

NAME_CELLS = 24
"""Of a row's name in what is said of it."""
NOTHING = "nothing to copy: put the cursor on a row"


class Copying(Commanded):
    """Copies what is in sight, and says what was copied and where to."""

    def __init__(self) -> None:
        super().__init__()
        self._copies: set[asyncio.Task[None]] = set()  # not in their file yet

    async def on_unmount(self) -> None:
        """Let what was copied last be written."""
        if self._copies:
            await asyncio.wait(self._copies, timeout=KEEP_SECONDS)

    def allows_copy(self) -> bool:
        """Whether there are rows."""
        return self.table_in_sight is not None

    allows_copy_cell = allows_copy
    allows_copy_file = allows_copy

    def command_copy(self) -> None:
        """Copy the row under the cursor: its id, then column and value, a line each."""
        table = self.table_in_sight
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            self.say(NOTHING)
            return
        lines = [format_row_id(row.id), *(f"{label}\t{text}" for label, text in _cells(table, row))]
        self._copy(f"the row of {_name(row, self.glyphs.cut)}", "\n".join(lines))

    async def command_copy_cell(self) -> None:
        """Choose a cell of the row under the cursor, and copy it whole."""
        from scaler_monitor.ui.copying.cell_chooser import CellChooser

        table = self.table_in_sight
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            self.say(NOTHING)
            return
        cells = _cells(table, row)
        if format_row_id(row.id) not in (text for _, text in cells):
            cells.insert(0, ("id", row.id))
        name = _name(row, self.glyphs.cut)

        def take(chosen: int | None) -> None:
            if chosen is not None:
                label, text = cells[chosen]
                self._copy(f"{label} of {name}", text)

        await self.push_screen(CellChooser(cells), take)

    def _copy(self, what: str, text: str) -> None:
        async def copy() -> None:
            self.say(await copy_text(what, text, self.copy_to_clipboard))

        copying = asyncio.create_task(copy())
        self._copies.add(copying)
        copying.add_done_callback(self._copies.discard)

    def command_copy_file(self) -> None:
        """Write every row that the filter lets through to a file."""
        table = self.table_in_sight
        if table is not None:
            self.say(f"writing {table.table.title} to a file")
            self.run_worker(self._write_file(table), group="table-file", exclusive=True)

    async def _write_file(self, table: EntityTable) -> None:
        from scaler_monitor.ui.copying.table_file import table_file_path, write_table

        path = table_file_path(table.table.key, self.clock())
        viewer = self.viewer if self.paused else f"{self.viewer}-file-{uuid.uuid4().hex}"
        try:
            path, rows = await write_table(
                path, table.table, table.look.hidden, table.question(), partial(self._ask_page, viewer)
            )
        except CollectorGone as gone:
            self.say(f"{table.table.title} not written: {gone}")
        except OSError as problem:
            reason = problem.strerror or str(problem)
            self.say(f"{table.table.title} not written: {reason} ({written(path)})")
        else:
            self.say(f"{written(path)}: wrote {counted(rows, 'row')} of {table.table.title}")
        if viewer != self.viewer:
            with contextlib.suppress(CollectorGone):  # its picture is let go of
                await self.ask(Question(viewer, overview=False))

    async def _ask_page(self, viewer: str, asked: TableQuestion) -> TablePage | None:
        """A page of one moment's picture, whatever comes in while the file is written."""
        answer = await self.ask(Question(viewer, at=HELD, overview=False, tables=(asked,)))
        return answer.tables[0] if answer.tables else None


def _cells(table: EntityTable, row: Row) -> list[tuple[str, str]]:
    columns = zip(table.table.columns, row.values, strict=False)
    return [(column.title, column.format(value)) for column, value in columns]


def _name(row: Row, cut: str) -> str:
    return cut_end(format_row_id(row.id), NAME_CELLS, cut)
