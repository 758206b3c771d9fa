"""Tables of what the cluster does: tasks, their events and functions, clients, objects."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol import tones as t
from scaler_monitor.protocol.column import Column, Table
from scaler_monitor.protocol.format import amounts, durations, labels

TASKS = Table(
    "tasks",
    "Tasks",
    (
        shared.time("When this monitor first saw it"),
        shared.task(rank=1),
        shared.function("Function it calls", 16, grow=3),
        shared.status("The scheduler's; running there is sent to a worker: queued, running, suspended here"),
        Column(
            "duration",
            "duration",
            9,
            durations.format_task_duration,
            tone=t.tone_task_age,
            describe=f"Time on the processor, so far while it runs; ~ about: no profile tells; {shared.FAR}",
        ),
        shared.over("Far over what its function takes: its age by the function's p95", rank=9),
        shared.peak_memory("Peak memory over that at its start, sampled", rank=2),
        Column("cpu", "cpu", 7, durations.format_duration, rank=8, describe="CPU time that it took"),
        Column(
            "object_bytes",
            "objects",
            8,
            amounts.format_bytes,
            rank=4,
            describe="Bytes of function and arguments",
        ),
        shared.worker("Worker it was sent to", 15),
        shared.client("Client that submitted it", 14, rank=3),
        shared.capabilities("What it asks of a worker", rank=5),
    ),
    sort="time",
    notes=(shared.GROWTH,),
)

EVENTS = Table(
    "events",
    "Events",
    (
        shared.time("When it came"),
        shared.task(),
        shared.status("Task's state after it; sent to a worker is the scheduler's running"),
        Column(
            "event",
            "event",
            16,
            labels.format_text,
            align="left",
            grow=1,
            describe="What made it: the scheduler's event, a worker's report, a balance advice",
        ),
        shared.function("Function of the task", 14, rank=2),
        shared.worker("Worker that the task was on", 14),
        shared.client("Client that submitted the task", 12, rank=4, grow=1),
        Column(
            "detail",
            "detail",
            14,
            labels.format_text,
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
        shared.function("Function's name", 18, grow=3),
        shared.count(
            "tasks",
            "inactive + sent + success + failed + canceled + missed; again if one comes back",
            8,
        ),
        Column("running", "sent", 8, amounts.format_count, describe="Sent to workers and not ended"),
        shared.count("inactive", "Those that wait at the scheduler", 9, rank=4),
        shared.count("success", "Tasks that succeeded", 8, rank=1),
        shared.failed("Tasks that raised or lost their worker"),
        Column(
            "failure",
            "fail%",
            6,
            amounts.format_permille,
            tone=t.tone_failure,
            describe="Failed ones of those that succeeded or failed: canceled ones are in neither",
        ),
        Column(
            "lately",
            "now%",
            6,
            amounts.format_permille,
            tone=t.tone_failure,
            describe="The same of those that ended in the last 10 s: what begins to fail now",
        ),
        shared.canceled("Tasks that were canceled"),
        shared.count("missed", "Those whose end this monitor missed", 7, rank=5),
        Column("rate", "rate", 7, amounts.format_rate, rank=2, describe="Tasks that end, a second"),
        Column("p50", "p50", 6, durations.format_duration, rank=1, describe="Half of them took less"),
        Column("p95", "p95", 6, durations.format_duration, describe="95 of 100 took less"),
        Column("max", "max", 6, durations.format_duration, rank=2, describe="The longest"),
        shared.peak_memory("Most memory that one of them grew by", rank=3),
        Column(
            "share",
            "share",
            6,
            amounts.format_permille,
            rank=1,
            describe="Its part of the time on processors of all tasks that ended since this monitor watches",
        ),
        shared.parties("workers", "Workers that it ran on"),
        shared.parties("clients", "Clients that call it"),
    ),
    sort="tasks",
    notes=(
        "share: of the time on processors of all tasks seen to end",
        "rate: of the last 10 s, and so is now%",
        shared.GROWTH,
    ),
)

CLIENTS = Table(
    "clients",
    "Clients",
    (
        shared.client("Client's id", 18, grow=3),
        shared.host(rank=2),
        shared.count(
            "tasks", "Tasks that the scheduler holds for it now, also such as this monitor has not seen", 7
        ),
        shared.count(
            "submitted", "Tasks of it that this monitor has seen: open + finished + missed", 10, rank=2
        ),
        shared.count("open", "Those that have not ended", 6, rank=2),
        shared.count("finished", "Those that this monitor saw end, failed and canceled ones among them", 9),
        shared.failed("Finished ones that raised or lost their worker"),
        shared.canceled("Finished ones that were canceled"),
        shared.count("missed", "Those whose end this monitor missed", 7, rank=5),
        shared.cpu("CPU of the client process", rank=1),
        shared.rss("Memory of the client process", rank=1),
        Column(
            "latency",
            "latency",
            8,
            durations.format_microseconds,
            tone=t.tone_latency,
            describe="Its last round trip to the scheduler",
        ),
        shared.count("objects", "Objects it made, among the biggest (all that a release lists)", 8, rank=4),
        Column(
            "object_bytes",
            "held",
            6,
            amounts.format_bytes,
            rank=4,
            describe="Bytes of its objects among the biggest (all that a release lists)",
        ),
        Column(
            "connected", "connected", 10, durations.format_age, rank=3, describe="Since its first heartbeat"
        ),
        shared.last_seen(),
    ),
    sort="tasks",
    of_now=True,
    notes=("tasks: the scheduler's own count", "submitted = open + finished + missed"),
)

OBJECTS = Table(
    "objects",
    "Objects",
    (
        Column(
            "object",
            "object",
            10,
            labels.format_object_id,
            align="left",
            describe="Object's own tag; the half of its id before it is the client's",
        ),
        Column(
            "name",
            "name",
            20,
            labels.format_text,
            align="left",
            grow=3,
            describe="Name that the client gave it",
        ),
        Column("type", "type", 10, labels.format_text, align="left", rank=1, describe="Serializer or object"),
        Column("size", "size", 6, amounts.format_bytes, describe="Bytes it holds in the store"),
        shared.count("tasks", "Tasks that hold it", 7),
        shared.client("Client that made it", 18),
    ),
    sort="size",
    notes=("tasks: that hold it now",),
)
