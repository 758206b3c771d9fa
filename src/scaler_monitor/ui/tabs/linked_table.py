"""Tables whose rows open pages: of the entity they refer to, or of their task."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.page import ALL, TablePage, TableQuestion
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row


def linked_table(table: str, **options: Any) -> LinkedTable:
    """Return the widget for the table with key `table`; options are those of `EntityTable`."""
    return (ProcessorTable if table == "processors" else LinkedTable)(table, **options)


class LinkedTable(EntityTable):
    """A table that follows `TableSpec.leads_to`: processors open their worker, events their task."""

    def _value(self, row: Row, key: str) -> str:
        """Return the text in column `key` of a row; "" if unknown."""
        return str(row.values[self.table.index(key)] or "")

    def command_enter(self) -> None:
        """Open the page of the entity at the cursor, or of the one that `leads_to` names."""
        kind = self.table.leads_to
        if kind:
            self._open(kind)
        else:
            super().command_enter()

    def allows_trail(self) -> bool:
        """Return whether rows refer to a task."""
        return self.table.column_naming("task") is not None

    def command_trail(self) -> None:
        """Open the page of the task at the cursor, with all its events."""
        self._open("task")

    def _open(self, kind: str) -> None:
        """Open the page of the entity of `kind` that the row at the cursor refers to, if any."""
        row, column = self.row_under_cursor(), self.table.column_naming(kind)
        entity = self._value(row, column.key) if row is not None and column is not None else ""
        if row is not None and entity:
            self.post_message(self.EntityChosen(self, kind, entity, row.values))


class ProcessorTable(LinkedTable):
    """The processor table; a folded worker is one row."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(table, **options)
        self.folded: set[str] = set()
        self._page_folded: tuple[str, ...] = ()

    def question(self) -> TableQuestion:
        """Return the question, with the folded workers."""
        return super().question()._replace(folded=tuple(sorted(self.folded)))

    def is_answered_by(self, asked: TableQuestion) -> bool:
        """Return whether a page for `asked` matches the present sort, filter and folding."""
        return super().is_answered_by(asked) and set(asked.folded) == self.folded

    @property
    def is_current(self) -> bool:
        """Whether the visible rows match the present sort, filter and folding."""
        return super().is_current and set(self._page_folded) == self.folded

    def take(self, asked: TableQuestion, page: TablePage) -> None:
        """Show a page, and store its folding."""
        self._page_folded = asked.folded
        super().take(asked, page)

    def command_fold(self) -> None:
        """Fold or unfold the worker at the cursor; without a cursor, all workers."""
        row = self.row_under_cursor()
        worker = ALL if row is None else self._value(row, "worker")
        self.folded.symmetric_difference_update({worker})
        if worker == ALL:
            self.folded.intersection_update({ALL})
        self.monitor.collector.poll_now()
