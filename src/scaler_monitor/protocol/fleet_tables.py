"""Tables of what holds the workers: worker managers and machines."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol import tones as t
from scaler_monitor.protocol.column import Column, Table
from scaler_monitor.protocol.format import amounts, labels

_AGENTS_CPU = Column(
    "agt_cpu", "agt_cpu", 8, amounts.format_permille, rank=5, describe="The agents' part of its cpu"
)
_AGENTS_RSS = Column(
    "agt_rss", "agt_rss", 8, amounts.format_bytes, rank=5, describe="The agents' part of its rss"
)
_WITH_AGENTS = "rss: processors and agents, as is cpu"

MANAGERS = Table(
    "managers",
    "Worker managers",
    (
        shared.manager("Manager's id", 16, grow=2),
        Column(
            "identity",
            "identity",
            16,
            labels.format_text,
            align="left",
            rank=5,
            grow=2,
            describe="Address it connects from",
        ),
        shared.count("workers", "Workers it has", 8),
        Column(
            "pending",
            "pending",
            8,
            amounts.format_count,
            tone=t.tone_waiting,
            describe="Workers it has been asked for and not yet started",
        ),
        Column(
            "concurrency",
            "max",
            5,
            amounts.format_count,
            rank=3,
            describe="Tasks that one of its workers runs at once",
        ),
        shared.cpu("Sum over its workers, agents included", 7),
        shared.rss("Sum over its workers, agents included"),
        _AGENTS_CPU,
        _AGENTS_RSS,
        shared.count("free", "Queue slots left, summed", 7, rank=1),
        shared.count("sent", "Tasks sent and not yet answered, summed", 7, rank=1),
        shared.queued("Tasks that wait in workers' queues, summed"),
        shared.suspended("Suspended processors, summed", 6, rank=2),
        shared.last_seen(),
        shared.capabilities("What its workers can do, in its own words", rank=4),
    ),
    sort="manager",
    descending=False,
    of_now=True,
    notes=(_WITH_AGENTS,),
)

MACHINES = Table(
    "machines",
    "Machines",
    (
        shared.host("Machine's name", 14, grow=3),
        shared.count("workers", "Workers on it", 8),
        shared.count("busy", "Workers with a task on a processor", 6),
        shared.count("idle", "Workers with none", 6),
        Column(
            "managers",
            "managers",
            9,
            labels.format_text,
            align="left",
            rank=3,
            grow=1,
            describe="Worker managers with workers on it",
        ),
        shared.cpu("Sum over its workers, agents included", 7),
        shared.rss("Sum over its workers, agents included"),
        _AGENTS_CPU,
        _AGENTS_RSS,
        shared.rss_free("Memory left on it", 6, title="free", rank=1),
        shared.memory(
            "Its workers' memory against that plus what is left: other programs' is in neither", title="wrk%"
        ),
        shared.queued("Tasks that wait in its workers' queues"),
        shared.count("sent", "Tasks sent to its workers and not yet answered", 6, rank=2),
        shared.net_sent("Bytes it has sent", rank=4),
        shared.net_received("Bytes it has received", rank=4),
        shared.last_seen("Since the last heartbeat of any of its workers"),
    ),
    sort="host",
    descending=False,
    of_now=True,
    notes=(
        _WITH_AGENTS,
        "wrk%: its workers' memory, of that plus what is left",
        "net_out: all programs' since it started, as net_in",
    ),
)
