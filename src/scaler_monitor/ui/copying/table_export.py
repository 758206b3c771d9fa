"""The command that writes all rows of a table to a file, as they were at one moment."""

from __future__ import annotations

import contextlib
import uuid
from functools import partial
from typing import Any, Protocol

from textual.app import App

from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.page import HELD, Answer, Question, TablePage, TableQuestion
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.notices import Notices
from scaler_monitor.ui.session import ViewerSession
from scaler_monitor.ui.shown_path import shown_path
from scaler_monitor.ui.table.entity_table import EntityTable


class Collector(Protocol):
    """The interface of the polling for an export."""

    async def ask(self, question: Question) -> Answer:
        """Ask one question between the regular ones; raises CollectorGone."""


class TableExport:
    """Writes the active table to a file, and shows a message with its path or the error."""

    def __init__(
        self, app: App[Any], body: Body, notices: Notices, session: ViewerSession, collector: Collector
    ) -> None:
        self._host = app
        self._body = body
        self._notices = notices
        self._session = session
        self._collector = collector

    def allows_copy_file(self) -> bool:
        """Return whether there are rows."""
        return self._body.active_table is not None

    def command_copy_file(self) -> None:
        """Write all rows that match the filter to a file."""
        table = self._body.active_table
        if table is not None:
            self._notices.show(f"writing {table.table.title} to a file")
            self._host.run_worker(self._write_file(table), group="table-file", exclusive=True)

    async def _write_file(self, table: EntityTable) -> None:
        from scaler_monitor.ui.copying.table_file import table_file_path, write_table

        session = self._session
        path = table_file_path(table.table.key, session.clock())
        viewer = session.viewer if session.paused else f"{session.viewer}-file-{uuid.uuid4().hex}"
        try:
            path, rows = await write_table(
                path, table.table, table.view.hidden, table.question(), partial(self._ask_page, viewer)
            )
        except CollectorGone as gone:
            self._notices.show(f"{table.table.title} not written: {gone}")
        except OSError as problem:
            reason = problem.strerror or str(problem)
            self._notices.show(f"{table.table.title} not written: {reason} ({shown_path(path)})")
        else:
            self._notices.show(
                f"{shown_path(path)}: wrote {count_with_noun(rows, 'row')} of {table.table.title}"
            )
        if viewer != session.viewer:
            with contextlib.suppress(
                CollectorGone
            ):  # so that the collector drops the paused state that it kept for this
                await self._collector.ask(Question(viewer, overview=False))

    async def _ask_page(self, viewer: str, asked: TableQuestion) -> TablePage | None:
        """Return a page of the table from the snapshot of the export's start."""
        answer = await self._collector.ask(Question(viewer, at=HELD, overview=False, tables=(asked,)))
        return answer.tables[0] if answer.tables else None
