"""Machines, with sums over their workers. `field` is an attribute of `model.machines.Machine`."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec, TabSpec

TABLE = TableSpec(
    "machines",
    "Machines",
    "machine",
    place=8,
    tab=TabSpec("Machines", "Machs"),
    entity="machine",
    columns=(
        shared.host("Machine's name", 14, grow=3),
        shared.count("workers", "Workers on it", 8),
        shared.count("busy", "Workers with a task on a processor", 6, json="busy_workers"),
        shared.count("idle", "Workers with none", 6, json="idle_workers"),
        ColumnSpec("managers", "managers", "text", 9, "Worker managers with workers on it", rank=3, grow=1),
        shared.cpu("Sum over its workers, agents included", 7),
        shared.rss("Sum over its workers, agents included"),
        shared.agent_cpu("The agents' part of its cpu", rank=5),
        shared.agent_rss("The agents' part of its rss", rank=5),
        shared.rss_free("Memory left on it", 6, title="free", rank=1),
        shared.memory(
            "Its workers' memory against that plus what is left: other programs' is in neither",
            title="wrk%",
            json="workers_memory_percent",
        ),
        shared.queued("Tasks that wait in its workers' queues"),
        shared.count("sent", "Tasks sent to its workers and not yet answered", 6, rank=2),
        shared.net_sent("Bytes it has sent", rank=4),
        shared.net_received("Bytes it has received", rank=4),
        shared.last_seen("Since the last heartbeat of any of its workers"),
    ),
    sort="host",
    descending=False,
    page=(PagePart("workers", "on this machine"), PagePart("processors")),
    scopes=("manager",),
    current_only=True,
    marked=True,
    empty="no machine known yet; releases before 2.9 do not tell workers' hosts",
    notes=(
        "rss: processors and agents, as is cpu",
        "wrk%: its workers' memory, of that plus what is left",
        "net_out: all programs' since it started, as net_in",
    ),
    json="machines",
    json_order=(
        "host",
        "workers",
        "busy_workers",
        "idle_workers",
        "managers",
        "cpu_percent",
        "rss_bytes",
        "agent_cpu_percent",
        "agent_rss_bytes",
        "rss_free_bytes",
        "workers_memory_percent",
        "queued",
        "sent",
        "net_sent_bytes",
        "net_received_bytes",
        "last_seen_seconds",
    ),
)
