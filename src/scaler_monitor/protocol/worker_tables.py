"""The tables of workers and of their processors."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol import tones as t
from scaler_monitor.protocol.column import Column, Table
from scaler_monitor.protocol.format import amounts, durations, labels

WORKERS = Table(
    "workers",
    "Workers",
    (
        shared.manager("Worker manager that started it", 11, shortcut="g", rank=2),
        shared.worker("Worker's id", 17, shortcut="n", grow=3),
        Column(
            "agt_cpu",
            "agt_cpu",
            8,
            amounts.format_permille,
            shortcut="C",
            rank=3,
            describe="CPU of the agent, which runs no tasks",
        ),
        Column(
            "agt_rss",
            "agt_rss",
            8,
            amounts.format_bytes,
            shortcut="M",
            rank=3,
            describe="Memory of the agent (PSS on Linux)",
        ),
        shared.cpu("CPU of all its processors, in percent of one core", shortcut="c"),
        shared.rss("Memory of all its processors (PSS on Linux)", 5, shortcut="m"),
        shared.rss_free("Memory left to the worker", 9, shortcut="F", rank=2),
        shared.memory("Memory in use of its limit: predicts an OOM kill"),
        Column(
            "memory_limit",
            "limit",
            6,
            amounts.format_bytes,
            rank=9,
            describe="Memory limit: of the cgroup, else of the host",
        ),
        shared.count("free", "Queue slots left", 5, shortcut="f"),
        shared.count("sent", "Tasks sent to it and not yet answered", 5, shortcut="w"),
        shared.queued("Tasks that wait in its own queue", shortcut="d"),
        shared.suspended(
            "Suspended processors, which hold a task without running it", 5, shortcut="s", rank=1
        ),
        Column(
            "lag",
            "lag",
            11,
            durations.format_lag,
            shortcut="l",
            tone=t.tone_lag,
            describe="Round trip to the scheduler; (Ns) last seen when over 5 s; gone Ns: left the cluster",
        ),
        shared.last_seen(rank=7),
        Column(
            "itl",
            "ITL",
            4,
            labels.format_text,
            rank=1,
            describe="Processor initialised, has a task, task lock held",
        ),
        Column(
            "task",
            "task",
            14,
            labels.format_text,
            align="left",
            rank=4,
            grow=2,
            describe="Function (or task) on a processor, or how many",
        ),
        shared.task_age("How long the oldest of these has been running", rank=4),
        shared.over("The most that one of these is over the p95 of its function: 9.8x it", rank=4),
        shared.host(rank=5),
        shared.capabilities("What it can do, as it said when it connected", rank=7),
        Column(
            "processors", "procs", 6, amounts.format_count, rank=8, describe="Processors, which run the tasks"
        ),
        shared.net_sent("Bytes its host has sent since it started", rank=11),
        shared.net_received("Bytes its host has received since it started", rank=11),
    ),
    sort="cpu",
    hidden=frozenset({"over", "net_sent", "net_received"}),
    of_now=True,
    notes=("mem%: of its cgroup's limit, else its host's", "free: task slots"),
)

PROCESSORS = Table(
    "processors",
    "Worker processors",
    (
        shared.manager("Worker manager that started the worker", 10, rank=4),
        shared.worker("Worker it belongs to", 16),
        Column(
            "pid",
            "pid",
            8,
            labels.format_processor,
            describe="Process id; x3 is a folded worker with 3 processors",
        ),
        shared.cpu("CPU, in percent of one core"),
        shared.rss("Memory (PSS on Linux)", 5),
        Column(
            "peak_rss",
            "peak",
            6,
            amounts.format_bytes,
            rank=1,
            describe="Most memory that this monitor has seen it hold",
        ),
        Column("initialized", "init", 5, labels.format_yes, rank=2, describe="Ready to run tasks"),
        Column("has_task", "busy", 5, labels.format_yes, rank=1, describe="Has a task"),
        Column(
            "suspended", "susp", 5, labels.format_yes, rank=1, describe="Holds its task without running it"
        ),
        shared.task("Task it is on", 9, rank=3),
        shared.function("Function of that task", 14),
        shared.task_age("How long it has been on that task"),
        shared.over("Far over what its function takes: that age by the function's p95", rank=6),
        Column(
            "waiting",
            "waits",
            6,
            amounts.format_count,
            describe="Tasks that wait in the worker's queue behind it",
        ),
        Column(
            "behind",
            "waits behind",
            16,
            labels.format_text,
            align="left",
            rank=2,
            grow=2,
            describe="The first of these, by function and id, and how many more",
        ),
        shared.host(rank=5),
    ),
    sort="worker",
    notes=("a processor each, x folds those of a worker", "peak: as this monitor has seen it"),
    descending=False,
    of_now=True,
)
