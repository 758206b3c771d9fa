"""Worker processors, one per row, or one row for a folded worker.

A column's `field` is a column of `wire.event.ProcessorColumns`. The row of a folded worker has the sum of
numbers, and a flag is set if it is set for any processor.
"""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec, TabSpec

TABLE = TableSpec(
    "processors",
    "Worker processors",
    "row",  # not "processor": a row can also be a folded worker, or one without processors
    place=5,
    tab=TabSpec("Worker Processors", "Procs"),
    entity="processor",
    leads_to="worker",
    columns=(
        shared.manager("Worker manager that started the worker", 10, rank=4),
        shared.worker("Worker it belongs to", 16),
        ColumnSpec(
            "pid", "pid", "process", 8, "Process id; x3 is a folded worker with 3 processors", json="pid"
        ),
        shared.cpu("CPU, in percent of one core"),
        shared.rss("Memory (PSS on Linux)", 5),
        ColumnSpec("peak_rss", "peak", "bytes", 6, "Most memory that this monitor has seen it hold", rank=1),
        ColumnSpec("initialized", "init", "flag", 5, "Ready to run tasks", rank=2, json="initialized"),
        ColumnSpec("has_task", "busy", "flag", 5, "Has a task", rank=1, json="has_task"),
        ColumnSpec(
            "suspended", "susp", "flag", 5, "Holds its task without running it", rank=1, json="suspended"
        ),
        shared.task("Task it is on", 9, rank=3),
        shared.function("Function of that task", 14),
        shared.task_age("How long it has been on that task"),
        shared.over("Far over what its function takes: that age by the function's p95", rank=6),
        ColumnSpec("waiting", "waits", "count", 6, "Tasks that wait in the worker's queue behind it"),
        ColumnSpec(
            "behind",
            "waits behind",
            "text",
            16,
            "The first of these, by function and id, and how many more",
            rank=2,
            grow=2,
        ),
        shared.host(rank=5),
    ),
    sort="worker",
    descending=False,
    scopes=("task",),
    current_only=True,
    marked=True,
    empty="no worker has reported processors: they start with its first task",
    notes=("a processor each, x folds those of a worker", "peak: as this monitor has seen it"),
    json_order=(
        "pid",
        "cpu_percent",
        "rss_bytes",
        "peak_rss_bytes",
        "initialized",
        "has_task",
        "suspended",
        "task_id",
        "task_age_seconds",
        "function",
        "overdue_times",
    ),
)
