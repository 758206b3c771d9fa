"""Columns that are kept across states of the cluster."""

from __future__ import annotations

from scaler_monitor.query.columns.event_log_columns import EventColumns
from scaler_monitor.query.columns.name_column import Names
from scaler_monitor.query.columns.task_log_columns import TaskColumns


class CachedColumns:
    """The names of all tables, and the columns of task log and event log, which use these names."""

    def __init__(self) -> None:
        self.names = Names()
        self.tasks = TaskColumns(self.names)
        self.events = EventColumns(self.names)
