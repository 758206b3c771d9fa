"""A table whose rows lead on: to the page of what they name, and to the trail of their task."""

from __future__ import annotations

from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import Row


class LinkedTable(EntityTable):
    """An `EntityTable` in which processors lead to their worker and events to their task."""

    def _value(self, row: Row, key: str) -> str:
        keys = [column.key for column in self.table.columns]
        return str(row.values[keys.index(key)] or "") if key in keys else ""

    def command_enter(self) -> None:
        """Into the thing under the cursor."""
        row = self.row_under_cursor()
        if row is None or self.kind not in ("processor", "event"):
            super().command_enter()
            return
        kind, key = ("worker", "worker") if self.kind == "processor" else ("task", "task")
        if self._value(row, key):
            self.post_message(self.EntityChosen(self, kind, self._value(row, key), row.values))

    def allows_trail(self) -> bool:
        """Whether rows have a task."""
        return any(column.key == "task" for column in self.table.columns) and self.table.key != "workers"

    def command_trail(self) -> None:
        """Every event of the task under the cursor."""
        row = self.row_under_cursor()
        task = self._value(row, "task") if row is not None else ""
        if row is not None and task:
            self.post_message(self.EntityChosen(self, "task", task, row.values))
