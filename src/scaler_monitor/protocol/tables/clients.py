"""Clients: those of the latest report, and departed ones whose tasks were seen.

A column's `field` is an attribute of `query.tables.clients.Client`: of `status`, the client's report, or of
`tally`, the counts of tasks that this monitor saw.
"""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec, TabSpec

TABLE = TableSpec(
    "clients",
    "Clients",
    "client",
    place=9,
    tab=TabSpec("Clients", "Clients", rows="connected"),
    entity="client",
    columns=(
        shared.client("Client's id", 18, grow=3, field="id", json="id"),
        shared.host(rank=2, field="status.host"),
        shared.count(
            "tasks",
            "Tasks that the scheduler holds for it now, also such as this monitor has not seen",
            7,
            field="status.tasks",
        ),
        shared.count(
            "submitted",
            "Tasks of it that this monitor has seen: open + finished + missed",
            10,
            rank=2,
            field="tally.submitted",
        ),
        shared.count("open", "Those that have not ended", 6, rank=2, field="tally.open"),
        shared.count(
            "finished",
            "Those that this monitor saw end, failed and canceled ones among them",
            9,
            field="tally.finished",
        ),
        shared.failed("Finished ones that raised or lost their worker", field="tally.failed"),
        shared.canceled("Finished ones that were canceled", field="tally.canceled"),
        shared.count("missed", "Those whose end this monitor missed", 7, rank=5, field="tally.missed"),
        shared.cpu("CPU of the client process", rank=1, field="status.cpu_permille"),
        shared.rss("Memory of the client process", rank=1, field="status.rss_bytes"),
        ColumnSpec(
            "latency",
            "latency",
            "latency",
            8,
            "Its last round trip to the scheduler",
            field="status.latency_microseconds",
            json="latency_microseconds",
        ),
        shared.count(
            "objects",
            "Objects it made, among the biggest (all that a release lists)",
            8,
            rank=4,
            json="listed_objects",
        ),
        ColumnSpec(
            "object_bytes",
            "held",
            "bytes",
            6,
            "Bytes of its objects among the biggest (all that a release lists)",
            rank=4,
            json="listed_object_bytes",
        ),
        ColumnSpec(
            "connected",
            "connected",
            "age",
            10,
            "Since its first heartbeat",
            rank=3,
            field="status.connected_seconds",
            json="connected_seconds",
        ),
        shared.last_seen(field="status.last_seen_seconds"),
    ),
    sort="tasks",
    page=(
        PagePart("tasks", "of this client"),
        PagePart("objects", "of this client, among the biggest"),
    ),
    scopes=("function", "object"),
    current_only=True,
    marked=True,
    counts_departed=True,
    since="counted since",
    empty="no client has reported yet",
    notes=("tasks: the scheduler's own count", "submitted = open + finished + missed"),
    json="clients",
    json_order=(
        "id",
        "tasks",
        "host",
        "cpu_percent",
        "rss_bytes",
        "latency_microseconds",
        "connected_seconds",
        "last_seen_seconds",
        "submitted",
        "open",
        "finished",
        "failed",
        "canceled",
        "missed",
        "listed_objects",
        "listed_object_bytes",
    ),
)
