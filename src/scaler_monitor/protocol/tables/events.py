"""The event log: every state change, newest first."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec, TabSpec

TABLE = TableSpec(
    "events",
    "Events",
    "event",
    place=6,
    tab=TabSpec("Events", "Events"),
    entity="event",
    leads_to="task",
    columns=(
        shared.time("When it came", json="time"),
        shared.task(json="task_id"),
        shared.status("Task's state after it; sent to a worker is the scheduler's running"),
        ColumnSpec(
            "event",
            "event",
            "text",
            16,
            "What made it: the scheduler's event, a worker's report, a balance advice",
            grow=1,
            json="event",
        ),
        shared.function("Function of the task", 14, rank=2, json="function"),
        shared.worker("Worker that the task was on", 14, json="worker"),
        shared.client("Client that submitted the task", 12, rank=4, grow=1, json="client"),
        ColumnSpec(
            "detail", "detail", "text", 14, "What else the message said", rank=3, grow=2, json="detail"
        ),
    ),
    sort="time",
    scopes=("machine", "manager"),
    is_log=True,
    since="seen since",
    watched="event",
    json="latest_events",
)
