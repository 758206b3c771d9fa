"""Rows of functions, clients and objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.objects import BigObject
from scaler_monitor.model.parties import Parties
from scaler_monitor.protocol.format.labels import format_shared_name
from scaler_monitor.protocol.tables import NAMELESS, TABLES
from scaler_monitor.query.rows.row_set import EntityRows, mark_of_silence
from scaler_monitor.wire.event import ClientStatus


def function_rows(cluster: ClusterState) -> EntityRows[Function]:
    """Return a row a function."""
    all_seconds = cluster.functions.total_seconds()

    def share(entry: Function) -> int | None:
        return round(entry.durations.total * 1000 / all_seconds) if all_seconds else None

    return EntityRows(
        TABLES["functions"],
        cluster.functions.rows(),
        {
            "function": lambda entry: entry.name,
            "tasks": lambda entry: entry.tasks,
            "running": lambda entry: entry.running,
            "inactive": lambda entry: entry.waiting,
            "missed": lambda entry: entry.missed,
            "success": lambda entry: entry.success,
            "failed": lambda entry: entry.failed,
            "failure": lambda entry: None if entry.failure is None else entry.failure * 1000,
            "lately": lambda entry: None if entry.failure_lately is None else entry.failure_lately * 1000,
            "canceled": lambda entry: entry.canceled,
            "rate": lambda entry: entry.rate,
            "p50": lambda entry: entry.durations.quantile(0.5),
            "p95": lambda entry: entry.durations.quantile(0.95),
            "max": lambda entry: entry.durations.longest if entry.durations.count else None,
            "peak_memory": lambda entry: entry.memory_peak_bytes,
            "share": share,
            "workers": lambda entry: len(entry.workers),
            "clients": lambda entry: len(entry.clients),
        },
        lambda entry: entry.name or NAMELESS,
        shown={
            "function": function_label,
            "workers": lambda entry: known(entry.workers),
            "clients": lambda entry: known(entry.clients),
        },
    )


def function_label(entry: Function) -> str:
    """A function's name, and how many are counted together under it where these are several."""
    if entry.names is None:
        return entry.name
    return format_shared_name(entry.name, len(entry.names), bool(entry.names.others))


def known(parties: Parties) -> int | tuple[int, int]:
    """How many are remembered; where there were others, with the number of their tasks."""
    return (len(parties), parties.others) if parties.others else len(parties)


Client = tuple[str, ClientStatus | None, ClientTally | None]


def client_rows(cluster: ClusterState) -> EntityRows[Client]:
    """Return a row a client: those of the latest report, and those that left and whose tasks were seen."""
    rows, tallies = cluster.clients.rows or {}, cluster.clients.tallies
    objects = cluster.objects.by_client()
    entities: list[Client] = [(name, row, tallies.get(name)) for name, row in rows.items()]
    entities += [(name, None, tally) for name, tally in tallies.items() if name not in rows]
    if cluster.clients.folded:
        entities.append((cluster.clients.other.client, None, cluster.clients.other))

    def said(name: str) -> Callable[[Client], Any]:
        return lambda client: getattr(client[1], name) if client[1] is not None else None

    def made(client: Client) -> tuple[int, int | None] | tuple[None, None]:
        return (None, None) if objects is None else objects.get(client[0], (0, 0))

    def seen(name: str) -> Callable[[Client], Any]:
        return lambda client: getattr(client[2], name) if client[2] is not None else None

    def mark(client: Client) -> str:
        return "departed" if client[1] is None else mark_of_silence(client[1].last_seen_seconds)

    return EntityRows(
        TABLES["clients"],
        entities,
        {
            "client": lambda client: client[0],
            "host": said("host"),
            "tasks": said("tasks"),
            "submitted": seen("submitted"),
            "open": seen("open"),
            "finished": seen("finished"),
            "failed": seen("failed"),
            "canceled": seen("canceled"),
            "missed": seen("missed"),
            "cpu": said("cpu_permille"),
            "rss": said("rss_bytes"),
            "latency": said("latency_microseconds"),
            "objects": lambda client: made(client)[0],
            "object_bytes": lambda client: made(client)[1],
            "connected": said("connected_seconds"),
            "last_seen": said("last_seen_seconds"),
        },
        lambda client: client[0],
        mark,
    )


def object_rows(cluster: ClusterState) -> EntityRows[BigObject]:
    """Return a row for each of the biggest objects, which are all that a release names."""
    return EntityRows(
        TABLES["objects"],
        cluster.objects.biggest or (),
        {
            "object": lambda detail: detail.object_id.hex(),
            "name": lambda detail: detail.name,
            "type": lambda detail: detail.kind,
            "size": lambda detail: detail.size_bytes,
            "tasks": lambda detail: detail.tasks,
            "client": lambda detail: detail.creator,
        },
        lambda detail: detail.object_id.hex(),
    )
