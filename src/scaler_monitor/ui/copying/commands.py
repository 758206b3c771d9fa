"""The commands that copy: the row under the cursor, one of its cells, the whole table."""

from __future__ import annotations

import contextlib
import uuid
from functools import partial
from typing import TYPE_CHECKING

from scaler_monitor.link.asking import CollectorGone
from scaler_monitor.ui.copying.clipboard import copy_text
from scaler_monitor.ui.places import written
from scaler_monitor.views.format import counted
from scaler_monitor.views.page import Question, TablePage, TableQuestion

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp
    from scaler_monitor.ui.table.entity_table import EntityTable
    from scaler_monitor.ui.table.window import Row

NAME_CHARACTERS = 24
"""Of a row's name in what is said of it."""
NOTHING = "nothing to copy: put the cursor on a row"


class Copying:
    """Copies what is in sight, and says what was copied and where to."""

    def _monitor(self) -> MonitorApp:
        from scaler_monitor.ui.app import MonitorApp

        assert isinstance(self, MonitorApp)
        return self

    def allows_copy(self) -> bool:
        """Whether there are rows."""
        return self._monitor().table_in_sight is not None

    allows_copy_cell = allows_copy
    allows_copy_file = allows_copy

    def command_copy(self) -> None:
        """Copy the row under the cursor: its id, then column and value, a line each."""
        app, table = self._monitor(), self._monitor().table_in_sight
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            app.say(NOTHING)
            return
        lines = [row.id, *(f"{label}\t{text}" for label, text in _cells(table, row))]
        app.say(copy_text(f"the row of {_name(row)}", "\n".join(lines), app.copy_to_clipboard))

    async def command_copy_cell(self) -> None:
        """Choose a cell of the row under the cursor, and copy it whole."""
        from scaler_monitor.ui.copying.cell_chooser import CellChooser

        app, table = self._monitor(), self._monitor().table_in_sight
        row = table.row_under_cursor() if table is not None else None
        if table is None or row is None:
            app.say(NOTHING)
            return
        cells = _cells(table, row)
        if row.id not in (text for _, text in cells):
            cells.insert(0, ("id", row.id))
        name = _name(row)

        def take(chosen: int | None) -> None:
            if chosen is not None:
                label, text = cells[chosen]
                app.say(copy_text(f"{label} of {name}", text, app.copy_to_clipboard))

        await app.push_screen(CellChooser(cells), take)

    def command_copy_file(self) -> None:
        """Write every row that the filter lets through to a file."""
        app, table = self._monitor(), self._monitor().table_in_sight
        if table is not None:
            app.say(f"writing {table.table.title} to a file")
            app.run_worker(self._write(table), group="table-file", exclusive=True)

    async def _write(self, table: EntityTable) -> None:
        from scaler_monitor.ui.copying.table_file import table_file_path, write_table

        app = self._monitor()
        path = table_file_path(table.table.key, app.clock())
        viewer = app.viewer if app.paused else f"{app.viewer}-file-{uuid.uuid4().hex}"
        try:
            rows = await write_table(
                path, table.table, table.look.hidden, table.question(), partial(self._ask_page, viewer)
            )
        except CollectorGone as gone:
            app.say(f"{table.table.title} not written: {gone}")
        except OSError as problem:
            reason = problem.strerror or str(problem)
            app.say(f"{table.table.title} not written: {reason} ({written(path)})")
        else:
            app.say(f"{written(path)}: wrote {counted(rows, 'row')} of {table.table.title}")
        if viewer != app.viewer:
            with contextlib.suppress(CollectorGone):  # its picture is let go of
                await app.ask(Question(viewer, overview=False))

    async def _ask_page(self, viewer: str, asked: TableQuestion) -> TablePage | None:
        """A page of one moment's picture, whatever comes in while the file is written."""
        answer = await self._monitor().ask(Question(viewer, paused=True, overview=False, tables=(asked,)))
        return answer.tables[0] if answer.tables else None


def _cells(table: EntityTable, row: Row) -> list[tuple[str, str]]:
    columns = zip(table.table.columns, row.values, strict=False)
    return [(column.title, column.format(value)) for column, value in columns]


def _name(row: Row) -> str:
    return row.id if len(row.id) <= NAME_CHARACTERS else row.id[: NAME_CHARACTERS - 1] + "…"
