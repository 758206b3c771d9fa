"""Tables of what the cluster does: tasks, their events and functions, clients, objects."""

from __future__ import annotations

from scaler_monitor.views import format as f
from scaler_monitor.views import tones as t
from scaler_monitor.views.column import Column, Table

TASKS = Table(
    "tasks",
    "Tasks",
    (
        Column("time", "time", 8, f.format_time, align="left", describe="When this monitor first saw it"),
        Column("task", "task", 8, f.format_task_id, align="left", rank=1, describe="Task's id"),
        Column("function", "function", 16, f.format_name, align="left", grow=3, describe="Function it calls"),
        Column(
            "status",
            "status",
            16,
            f.format_text,
            align="left",
            tone=t.tone_state,
            describe="As the scheduler says; queued, running, suspended as processors report",
        ),
        Column(
            "duration",
            "duration",
            9,
            f.format_duration,
            describe="Time it took on the processor; while it runs, so far",
        ),
        Column(
            "peak_memory",
            "growth",
            7,
            f.format_bytes,
            rank=2,
            describe="Peak memory over that at its start, sampled",
        ),
        Column("cpu", "cpu", 7, f.format_duration, rank=8, describe="CPU time that it took"),
        Column(
            "object_bytes", "objects", 8, f.format_bytes, rank=4, describe="Bytes of function and arguments"
        ),
        Column("worker", "worker", 16, f.format_text, align="left", grow=2, describe="Worker it was sent to"),
        Column(
            "client",
            "client",
            14,
            f.format_text,
            align="left",
            rank=3,
            grow=2,
            describe="Client that submitted it",
        ),
        Column(
            "capabilities",
            "capabilities",
            13,
            f.format_capabilities,
            align="left",
            rank=5,
            grow=1,
            describe="What it asks of a worker",
        ),
    ),
    sort="time",
)

EVENTS = Table(
    "events",
    "Events",
    (
        Column("time", "time", 8, f.format_time, align="left", describe="When it came"),
        Column("task", "task", 8, f.format_task_id, align="left", describe="Task's id"),
        Column(
            "status",
            "status",
            16,
            f.format_text,
            align="left",
            tone=t.tone_state,
            describe="Task's state after it",
        ),
        Column(
            "event",
            "event",
            16,
            f.format_text,
            align="left",
            grow=1,
            describe="What made it: the scheduler's event, a worker's report, a balance advice",
        ),
        Column(
            "function",
            "function",
            14,
            f.format_text,
            align="left",
            rank=2,
            grow=2,
            describe="Function of the task",
        ),
        Column(
            "worker",
            "worker",
            14,
            f.format_text,
            align="left",
            grow=2,
            describe="Worker that the task was on",
        ),
        Column(
            "client",
            "client",
            12,
            f.format_text,
            align="left",
            rank=4,
            grow=1,
            describe="Client that submitted the task",
        ),
        Column(
            "detail",
            "detail",
            14,
            f.format_text,
            align="left",
            rank=3,
            grow=2,
            describe="What else the message said",
        ),
    ),
    sort="time",
)

FUNCTIONS = Table(
    "functions",
    "Functions",
    (
        Column("function", "function", 18, f.format_name, align="left", grow=3, describe="Function's name"),
        Column("tasks", "tasks", 8, f.format_count, describe="Tasks seen"),
        Column("running", "running", 8, f.format_count, describe="Sent to workers and not ended"),
        Column("success", "success", 8, f.format_count, rank=1, describe="Tasks that succeeded"),
        Column(
            "failed",
            "failed",
            7,
            f.format_count,
            tone=t.tone_failures,
            describe="Tasks that raised or lost their worker",
        ),
        Column("canceled", "canceled", 9, f.format_count, rank=3, describe="Tasks that were canceled"),
        Column("rate", "rate", 7, f.format_rate, rank=2, describe="Tasks that end, a second"),
        Column("p50", "p50", 6, f.format_duration, rank=1, describe="Half of them took less"),
        Column("p95", "p95", 6, f.format_duration, describe="95 of 100 took less"),
        Column("max", "max", 6, f.format_duration, rank=2, describe="The longest"),
        Column(
            "peak_memory",
            "growth",
            7,
            f.format_bytes,
            rank=3,
            describe="Most memory that one of them grew by",
        ),
        Column(
            "share", "share", 6, f.format_permille, rank=1, describe="Its part of all time spent on tasks"
        ),
        Column("workers", "workers", 8, f.format_count, rank=4, describe="Workers that it ran on"),
        Column("clients", "clients", 8, f.format_count, rank=4, describe="Clients that call it"),
    ),
    sort="tasks",
)

CLIENTS = Table(
    "clients",
    "Clients",
    (
        Column("client", "client", 18, f.format_text, align="left", grow=3, describe="Client's id"),
        Column(
            "host", "host", 12, f.format_text, align="left", rank=2, grow=1, describe="Machine it runs on"
        ),
        Column("tasks", "tasks", 7, f.format_count, describe="Tasks that the scheduler holds for it now"),
        Column(
            "submitted",
            "submitted",
            10,
            f.format_count,
            rank=2,
            describe="Tasks of it that this monitor has seen",
        ),
        Column(
            "finished",
            "finished",
            9,
            f.format_count,
            describe="Tasks of it that this monitor saw end, canceled ones too",
        ),
        Column(
            "failed",
            "failed",
            7,
            f.format_count,
            tone=t.tone_failures,
            describe="Those that raised or lost their worker",
        ),
        Column("canceled", "canceled", 9, f.format_count, rank=3, describe="Those that were canceled"),
        Column("cpu", "cpu", 6, f.format_permille, rank=1, describe="CPU of the client process"),
        Column("rss", "rss", 6, f.format_bytes, rank=1, describe="Memory of the client process"),
        Column(
            "latency",
            "latency",
            8,
            f.format_microseconds,
            tone=t.tone_latency,
            describe="Its last round trip to the scheduler",
        ),
        Column("connected", "connected", 10, f.format_age, rank=3, describe="Since its first heartbeat"),
        Column(
            "last_seen", "seen", 6, f.format_age, tone=t.tone_last_seen, describe="Since its last heartbeat"
        ),
    ),
    sort="tasks",
)

OBJECTS = Table(
    "objects",
    "Objects",
    (
        Column(
            "object",
            "object",
            10,
            f.format_object_id,
            align="left",
            describe="Object's own tag; the half of its id before it is the client's",
        ),
        Column(
            "name", "name", 20, f.format_text, align="left", grow=3, describe="Name that the client gave it"
        ),
        Column("type", "type", 10, f.format_text, align="left", rank=1, describe="Serializer or object"),
        Column("size", "size", 6, f.format_bytes, describe="Bytes it holds in the store"),
        Column("tasks", "tasks", 7, f.format_count, describe="Tasks that hold it"),
        Column("client", "client", 18, f.format_text, align="left", grow=2, describe="Client that made it"),
    ),
    sort="size",
)
