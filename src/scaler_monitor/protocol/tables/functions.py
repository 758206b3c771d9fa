"""Functions of the tasks that this monitor saw. `field` is an attribute of `model.functions.Function`."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec, TabSpec

TABLE = TableSpec(
    "functions",
    "Functions",
    "function",
    place=7,
    tab=TabSpec("Functions", "Funcs"),
    entity="function",
    columns=(
        shared.function("Function's name", 18, grow=3, field="name", json="name"),
        shared.count(
            "tasks", "inactive + sent + success + failed + canceled + missed; again if one comes back", 8
        ),
        shared.count("running", "Sent to workers and not ended", 8, title="sent"),
        shared.count(
            "inactive",
            "Those that wait at the scheduler",
            9,
            rank=4,
            omit_if_zero=True,
            field="waiting",
        ),
        shared.count("success", "Tasks that succeeded", 8, rank=1),
        shared.failed("Tasks that raised or lost their worker"),
        ColumnSpec(
            "failure",
            "fail%",
            "permille",
            6,
            "Failed ones of those that succeeded or failed: canceled ones are in neither",
        ),
        ColumnSpec(
            "lately",
            "now%",
            "permille",
            6,
            "The same of those that ended in the last 10 s: what begins to fail now",
        ),
        shared.canceled("Tasks that were canceled"),
        shared.count("missed", "Those whose end this monitor missed", 7, rank=5, omit_if_zero=True),
        ColumnSpec("rate", "rate", "rate", 7, "Tasks that end, a second", rank=2, json="ended_per_second"),
        ColumnSpec(
            "p50", "p50", "duration", 6, "Half of them took less", rank=1, json="duration_p50_seconds"
        ),
        ColumnSpec("p95", "p95", "duration", 6, "95 of 100 took less", json="duration_p95_seconds"),
        ColumnSpec("max", "max", "duration", 6, "The longest", rank=2, json="duration_max_seconds"),
        shared.peak_memory(
            "Most memory that one of them grew by",
            rank=3,
            field="memory_peak_bytes",
            json="memory_peak_bytes",
        ),
        ColumnSpec(
            "share",
            "share",
            "permille",
            6,
            "Its part of the time on processors of all tasks that ended since this monitor watches",
            rank=1,
        ),
        shared.parties("workers", "Workers that it ran on"),
        shared.parties("clients", "Clients that call it"),
    ),
    sort="tasks",
    page=(
        PagePart("tasks", "of this function"),
        PagePart("workers", "it ran on"),
        PagePart("clients", "calling it, with their tasks of all functions"),
    ),
    page_figure="histogram",
    scopes=("worker", "client"),
    since="of tasks seen since",
    watched="task",
    notes=(
        "share: of the time on processors of all tasks seen to end",
        "rate: of the last 10 s, and so is now%",
        shared.GROWTH_NOTE,
    ),
    json="functions",
    json_order=(
        "name",
        "names",
        "names_left_out",
        "running",
        "inactive",
        "success",
        "failed",
        "canceled",
        "missed",
        "ended_per_second",
        "duration_p50_seconds",
        "duration_p95_seconds",
        "duration_max_seconds",
        "time_share_percent",
        "memory_peak_bytes",
        "tasks",
        "failure_percent",
        "recent_failure_percent",
        "workers",
        "workers_left_out",
        "clients",
        "clients_left_out",
    ),
)
