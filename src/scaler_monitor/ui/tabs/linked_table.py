"""Tables whose rows lead on: to the page of what they name, and to the trail of their task."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.page import ALL, TablePage, TableQuestion
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row


def linked_table(table: str, **options: Any) -> LinkedTable:
    """The widget for a table of `protocol.tables` by its key; options are those of `EntityTable`."""
    return (ProcessorTable if table == "processors" else LinkedTable)(table, **options)


class LinkedTable(EntityTable):
    """An `EntityTable` in which processors lead to their worker and events to their task."""

    def _value(self, row: Row, key: str) -> str:
        """The text in column `key` of a row; "" where nothing is known."""
        return str(row.values[self.table.index(key)] or "")

    def command_enter(self) -> None:
        """Into the thing under the cursor, or where its row leads to instead."""
        kind = self.table.leads_to
        if kind:
            self._open(kind)
        else:
            super().command_enter()

    def allows_trail(self) -> bool:
        """Whether rows have a task."""
        return self.table.column_naming("task") is not None

    def command_trail(self) -> None:
        """Every event of the task under the cursor."""
        self._open("task")

    def _open(self, kind: str) -> None:
        """Into the thing of a kind that a column of the row under the cursor names, if it names one."""
        row, column = self.row_under_cursor(), self.table.column_naming(kind)
        thing = self._value(row, column.key) if row is not None and column is not None else ""
        if row is not None and thing:
            self.post_message(self.EntityChosen(self, kind, thing, row.values))


class ProcessorTable(LinkedTable):
    """Processors under their workers; a folded worker is one row."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(table, **options)
        self.folded: set[str] = set()
        self._page_folded: tuple[str, ...] = ()

    def question(self) -> TableQuestion:
        """What to ask for, folded workers told."""
        return super().question()._replace(folded=tuple(sorted(self.folded)))

    def is_answered_by(self, asked: TableQuestion) -> bool:
        """Whether a page for `asked` still shows what is looked at, folded as it is now."""
        return super().is_answered_by(asked) and set(asked.folded) == self.folded

    @property
    def is_current(self) -> bool:
        """Whether the rows in sight are those of the sort, filter and folding in force."""
        return super().is_current and set(self._page_folded) == self.folded

    def take(self, asked: TableQuestion, page: TablePage) -> None:
        """Show a page, and know how it is folded."""
        self._page_folded = asked.folded
        super().take(asked, page)

    def command_fold(self) -> None:
        """Fold or unfold the worker under the cursor; without a cursor, all workers."""
        row = self.row_under_cursor()
        worker = ALL if row is None else self._value(row, "worker")
        self.folded.symmetric_difference_update({worker})
        if worker == ALL:
            self.folded.intersection_update({ALL})
        self.monitor.collector.poll_now()
