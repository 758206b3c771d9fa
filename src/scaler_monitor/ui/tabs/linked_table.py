"""Tables whose rows lead on: to the page of what they name, and to the trail of their task."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.page import ALL, TablePage, TableQuestion
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row

LEADS_TO = {"processor": "worker", "event": "task"}
"""By kind of row without a page of its own: whose page Enter leads to, and the column that names it."""


def linked_table(table: str, **options: Any) -> LinkedTable:
    """The widget for a table of `protocol.tables` by its key; options are those of `EntityTable`."""
    return (ProcessorTable if table == "processors" else LinkedTable)(table, **options)


class LinkedTable(EntityTable):
    """An `EntityTable` in which processors lead to their worker and events to their task."""

    def _value(self, row: Row, key: str) -> str:
        """The text in column `key` of a row; "" where the table has none such or nothing is known."""
        keys = [column.key for column in self.table.columns]
        return str(row.values[keys.index(key)] or "") if key in keys else ""

    def command_enter(self) -> None:
        """Into the thing under the cursor."""
        row, kind = self.row_under_cursor(), LEADS_TO.get(self.kind)
        if row is None or kind is None:
            super().command_enter()
        elif self._value(row, kind):
            self.post_message(self.EntityChosen(self, kind, self._value(row, kind), row.values))

    def allows_trail(self) -> bool:
        """Whether rows have a task."""
        return any(column.key == "task" for column in self.table.columns) and self.table.key != "workers"

    def command_trail(self) -> None:
        """Every event of the task under the cursor."""
        row = self.row_under_cursor()
        task = self._value(row, "task") if row is not None else ""
        if row is not None and task:
            self.post_message(self.EntityChosen(self, "task", task, row.values))


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
