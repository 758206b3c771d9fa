"""Tables of what holds the workers: worker managers and machines."""

from __future__ import annotations

from scaler_monitor.views import format as f
from scaler_monitor.views import tones as t
from scaler_monitor.views.column import Column, Table

MANAGERS = Table(
    "managers",
    "Worker managers",
    (
        Column("manager", "manager", 16, f.format_text, align="left", grow=2, describe="Manager's id"),
        Column(
            "identity",
            "identity",
            16,
            f.format_text,
            align="left",
            rank=5,
            grow=2,
            describe="Address it connects from",
        ),
        Column("workers", "workers", 8, f.format_count, describe="Workers it has"),
        Column(
            "pending",
            "pending",
            8,
            f.format_count,
            tone=t.tone_waiting,
            describe="Workers it has been asked for and not yet started",
        ),
        Column(
            "concurrency",
            "max",
            5,
            f.format_count,
            rank=3,
            describe="Tasks that one of its workers runs at once",
        ),
        Column("cpu", "cpu", 7, f.format_permille, describe="Sum over its workers' processors"),
        Column("rss", "rss", 6, f.format_bytes, describe="Sum over its workers' processors"),
        Column("free", "free", 7, f.format_count, rank=1, describe="Queue slots left, summed"),
        Column("sent", "sent", 7, f.format_count, rank=1, describe="Tasks sent and not yet answered, summed"),
        Column("queued", "queued", 7, f.format_count, describe="Tasks that wait in workers' queues, summed"),
        Column(
            "suspended",
            "susp",
            6,
            f.format_count,
            rank=2,
            tone=t.tone_waiting,
            describe="Suspended processors, summed",
        ),
        Column(
            "last_seen", "seen", 6, f.format_age, tone=t.tone_last_seen, describe="Since its last heartbeat"
        ),
        Column(
            "capabilities",
            "capabilities",
            13,
            f.format_capabilities,
            align="left",
            rank=4,
            grow=1,
            describe="What its workers can do, in its own words",
        ),
    ),
    sort="manager",
    descending=False,
)

MACHINES = Table(
    "machines",
    "Machines",
    (
        Column("host", "host", 14, f.format_text, align="left", grow=3, describe="Machine's name"),
        Column("workers", "workers", 8, f.format_count, describe="Workers on it"),
        Column("busy", "busy", 6, f.format_count, describe="Workers with a task on a processor"),
        Column("idle", "idle", 6, f.format_count, describe="Workers with none"),
        Column(
            "managers",
            "managers",
            9,
            f.format_text,
            align="left",
            rank=3,
            grow=1,
            describe="Worker managers with workers on it",
        ),
        Column("cpu", "cpu", 7, f.format_permille, describe="Sum over its workers, agents included"),
        Column("rss", "rss", 6, f.format_bytes, describe="Sum over its workers, agents included"),
        Column("rss_free", "free", 6, f.format_bytes, rank=1, describe="Memory left on it"),
        Column(
            "memory", "mem%", 6, f.format_permille, tone=t.tone_memory, describe="Used against used plus free"
        ),
        Column("queued", "queued", 7, f.format_count, describe="Tasks that wait in its workers' queues"),
        Column(
            "sent",
            "sent",
            6,
            f.format_count,
            rank=2,
            describe="Tasks sent to its workers and not yet answered",
        ),
        Column("net_sent", "net_out", 8, f.format_bytes, rank=4, describe="Bytes it has sent"),
        Column("net_received", "net_in", 7, f.format_bytes, rank=4, describe="Bytes it has received"),
        Column(
            "last_seen",
            "seen",
            6,
            f.format_age,
            tone=t.tone_last_seen,
            describe="Since the last heartbeat of any of its workers",
        ),
    ),
    sort="host",
    descending=False,
)
