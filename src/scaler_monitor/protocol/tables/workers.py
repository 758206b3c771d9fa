"""The workers of the latest report, and those that departed recently.

A column's `field` is a column of `wire.event.WorkerColumns`, or one that the model derives
(`model.workers.Workers`).
"""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec

TABLE = TableSpec(
    "workers",
    "Workers",
    "worker",
    place=0,
    entity="worker",
    columns=(
        shared.manager("Worker manager that started it", 11, shortcut="g", rank=2, json="manager"),
        shared.worker("Worker's id", 17, shortcut="n", grow=3, field="names", json="id"),
        shared.agent_cpu("CPU of the agent, which runs no tasks", shortcut="C", rank=3),
        shared.agent_rss("Memory of the agent (PSS on Linux)", shortcut="M", rank=3),
        shared.cpu("CPU of all its processors, in percent of one core", shortcut="c"),
        shared.rss("Memory of all its processors (PSS on Linux)", 5, shortcut="m", json=""),
        shared.rss_free("Memory left to the worker", 9, shortcut="F", rank=2),
        shared.memory("Memory in use of its limit: predicts an OOM kill"),
        ColumnSpec(
            "memory_limit",
            "limit",
            "bytes",
            6,
            "Memory limit: of the cgroup, else of the host",
            rank=9,
            field="memory_limit_bytes",
        ),
        shared.count("free", "Queue slots left", 5, shortcut="f"),
        shared.count("sent", "Tasks sent to it and not yet answered", 5, shortcut="w"),
        shared.queued("Tasks that wait in its own queue", shortcut="d"),
        shared.suspended(
            "Suspended processors, which hold a task without running it", 5, shortcut="s", rank=1
        ),
        ColumnSpec(
            "lag",
            "lag",
            "lag",
            11,
            "Round trip to the scheduler; (Ns) last seen when over 5 s; gone Ns: left the cluster",
            shortcut="l",
            known_after_departure=True,
        ),
        shared.last_seen(rank=7, known_after_departure=True),
        ColumnSpec(
            "itl",
            "ITL",
            "letters",
            4,
            "Processor initialised, has a task, task lock held",
            rank=1,
            json="itl",
        ),
        ColumnSpec(
            "task", "task", "text", 14, "Function (or task) on a processor, or how many", rank=4, grow=2
        ),
        shared.task_age("How long the oldest of these has been running", rank=4),
        shared.over(
            "The most that one of these is over the p95 of its function: 9.8x it", rank=4, hidden=True
        ),
        shared.host(rank=5, json="host"),
        shared.capabilities("What it can do, as it said when it connected", rank=7),
        ColumnSpec(
            "processors",
            "procs",
            "count",
            6,
            "Processors, which run the tasks",
            rank=8,
            field="processor_count",
        ),
        shared.net_sent("Bytes its host has sent since it started", rank=11, hidden=True),
        shared.net_received("Bytes its host has received since it started", rank=11, hidden=True),
    ),
    sort="cpu",
    page=(PagePart("processors"), PagePart("tasks", "sent to it")),
    scopes=("function", "task"),
    current_only=True,
    marked=True,
    empty="no worker has connected",
    notes=("mem%: of its cgroup's limit, else its host's", "free: task slots"),
    json="workers",
    json_order=(
        "id",
        "manager",
        "host",
        "agent_cpu_percent",
        "agent_rss_bytes",
        "cpu_percent",
        "rss_bytes",
        "rss_free_bytes",
        "memory_limit_bytes",
        "free",
        "sent",
        "queued",
        "waiting",
        "suspended",
        "lag_microseconds",
        "last_seen_seconds",
        "itl",
        "net_sent_bytes",
        "net_received_bytes",
        "capabilities",
        "processors",
    ),
)
