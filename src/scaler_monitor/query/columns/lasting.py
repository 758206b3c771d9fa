"""The columns that outlive a state of the cluster, of all tables that have such."""

from __future__ import annotations

from scaler_monitor.query.columns.event_log_columns import EventColumns
from scaler_monitor.query.columns.name_column import Names
from scaler_monitor.query.columns.task_log_columns import TaskColumns


class LastingColumns:
    """Names of all tables, and the columns of both logs, which are made of these names."""

    def __init__(self) -> None:
        self.names = Names()
        self.tasks = TaskColumns(self.names)
        self.events = EventColumns(self.names)
