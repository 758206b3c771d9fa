"""The tables of workers and of their processors."""

from __future__ import annotations

from scaler_monitor.views import format as f
from scaler_monitor.views import tones as t
from scaler_monitor.views.column import Column, Table

WORKERS = Table(
    "workers",
    "Workers",
    (
        Column(
            "manager",
            "manager",
            10,
            f.format_text,
            align="left",
            shortcut="g",
            rank=4,
            grow=1,
            describe="Worker manager that started it",
        ),
        Column(
            "worker", "worker", 18, f.format_text, align="left", shortcut="n", grow=3, describe="Worker's id"
        ),
        Column(
            "agt_cpu",
            "agt_cpu",
            8,
            f.format_permille,
            shortcut="C",
            rank=5,
            describe="CPU of the agent, which runs no tasks",
        ),
        Column(
            "agt_rss",
            "agt_rss",
            8,
            f.format_bytes,
            shortcut="M",
            rank=6,
            describe="Memory of the agent (PSS on Linux)",
        ),
        Column(
            "cpu",
            "cpu",
            6,
            f.format_permille,
            shortcut="c",
            describe="CPU of all its processors, in percent of one core",
        ),
        Column(
            "rss",
            "rss",
            5,
            f.format_bytes,
            shortcut="m",
            describe="Memory of all its processors (PSS on Linux)",
        ),
        Column(
            "rss_free",
            "rss_free",
            9,
            f.format_bytes,
            shortcut="F",
            rank=2,
            describe="Memory left to the worker",
        ),
        Column(
            "memory",
            "mem%",
            6,
            f.format_permille,
            tone=t.tone_memory,
            describe="In use against the memory limit: predicts an OOM kill",
        ),
        Column(
            "memory_limit",
            "limit",
            6,
            f.format_bytes,
            rank=9,
            describe="Memory limit: of the cgroup, else of the host",
        ),
        Column("free", "free", 5, f.format_count, shortcut="f", describe="Queue slots left"),
        Column(
            "sent", "sent", 5, f.format_count, shortcut="w", describe="Tasks sent to it and not yet answered"
        ),
        Column(
            "queued", "queued", 7, f.format_count, shortcut="d", describe="Tasks that wait in its own queue"
        ),
        Column(
            "suspended",
            "susp",
            5,
            f.format_count,
            shortcut="s",
            rank=1,
            tone=t.tone_waiting,
            describe="Suspended processors, which hold a task without running it",
        ),
        Column(
            "lag",
            "lag",
            11,
            f.format_lag,
            shortcut="l",
            tone=t.tone_lag,
            describe="Round trip to the scheduler; (Ns) last seen when over 5 s",
        ),
        Column(
            "last_seen",
            "seen",
            6,
            f.format_age,
            rank=7,
            tone=t.tone_last_seen,
            describe="Since its last heartbeat",
        ),
        Column(
            "itl",
            "ITL",
            4,
            f.format_text,
            rank=1,
            describe="Processor initialised, has a task, task lock held",
        ),
        Column(
            "task",
            "task",
            14,
            f.format_text,
            align="left",
            rank=3,
            grow=2,
            describe="Function (or task) on a processor, or how many",
        ),
        Column(
            "task_age",
            "for",
            6,
            f.format_age,
            rank=3,
            describe="How long the oldest of these has been running",
        ),
        Column(
            "host", "host", 12, f.format_text, align="left", rank=5, grow=1, describe="Machine it runs on"
        ),
        Column(
            "capabilities",
            "capabilities",
            13,
            f.format_capabilities,
            align="left",
            rank=7,
            grow=1,
            describe="What it can do, as it said when it connected",
        ),
        Column("processors", "procs", 6, f.format_count, rank=8, describe="Processors, which run the tasks"),
        Column(
            "net_sent",
            "net_out",
            8,
            f.format_bytes,
            rank=11,
            describe="Bytes its host has sent since it started",
        ),
        Column(
            "net_received",
            "net_in",
            7,
            f.format_bytes,
            rank=11,
            describe="Bytes its host has received since it started",
        ),
    ),
    sort="cpu",
    hidden=frozenset({"net_sent", "net_received"}),
)

PROCESSORS = Table(
    "processors",
    "Worker processors",
    (
        Column(
            "manager",
            "manager",
            10,
            f.format_text,
            align="left",
            rank=4,
            grow=1,
            describe="Worker manager that started the worker",
        ),
        Column("worker", "worker", 16, f.format_text, align="left", grow=2, describe="Worker it belongs to"),
        Column(
            "pid",
            "pid",
            8,
            f.format_processor,
            describe="Process id; x3 is a folded worker with 3 processors",
        ),
        Column("cpu", "cpu", 6, f.format_permille, describe="CPU, in percent of one core"),
        Column("rss", "rss", 5, f.format_bytes, describe="Memory (PSS on Linux)"),
        Column(
            "peak_rss",
            "peak",
            6,
            f.format_bytes,
            rank=1,
            describe="Most memory that this monitor has seen it hold",
        ),
        Column("initialized", "init", 5, f.format_yes, rank=2, describe="Ready to run tasks"),
        Column("has_task", "busy", 5, f.format_yes, rank=1, describe="Has a task"),
        Column("suspended", "susp", 5, f.format_yes, rank=1, describe="Holds its task without running it"),
        Column("task", "task", 9, f.format_task_id, align="left", rank=3, describe="Task it is on"),
        Column(
            "function", "function", 14, f.format_text, align="left", grow=2, describe="Function of that task"
        ),
        Column("task_age", "for", 6, f.format_age, describe="How long it has been on that task"),
        Column(
            "waiting", "waits", 6, f.format_count, describe="Tasks that wait in the worker's queue behind it"
        ),
        Column(
            "host", "host", 12, f.format_text, align="left", rank=5, grow=1, describe="Machine it runs on"
        ),
    ),
    sort="worker",
    descending=False,
)
