"""Every table of the monitor by its key: the single source for top, tabs, text and exports.

Imports neither the model nor numpy, so that screens draw from it. Row ids: a worker's, manager's or
client's id, a host, a function's name, a task's or object's hex id, an event's sequence number,
`WORKER/PID` for a processor (the worker's id where its processors are folded into one row).
"""

from __future__ import annotations

from scaler_monitor.protocol.column import Table
from scaler_monitor.protocol.fleet_tables import MACHINES, MANAGERS
from scaler_monitor.protocol.format.labels import format_name
from scaler_monitor.protocol.work_tables import CLIENTS, EVENTS, FUNCTIONS, OBJECTS, TASKS
from scaler_monitor.protocol.worker_tables import PROCESSORS, WORKERS

TABLES: dict[str, Table] = {
    table.key: table
    for table in (WORKERS, MANAGERS, PROCESSORS, TASKS, EVENTS, FUNCTIONS, MACHINES, CLIENTS, OBJECTS)
}

NAMELESS = "\\nameless"
"""Row id of the function without a name; no cleaned name has a single backslash in front of an n."""


def format_row_id(row_id: str) -> str:
    """A row's id as it is shown: that of the function without a name is `(empty)`, as in its column."""
    return format_name("" if row_id == NAMELESS else row_id)
