"""Reads the client table: clients of the latest report, and departed ones whose tasks were seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.query import tones
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.reader import Getter
from scaler_monitor.query.rows.row_set import stale_mark
from scaler_monitor.query.scope_rules import client_of_object, parties_of_function
from scaler_monitor.wire.event import ClientStatus


class Client(NamedTuple):
    """A row of the client table."""

    id: str
    status: ClientStatus | None  # None: not connected
    tally: ClientTally | None  # None: no task was seen


def connected_clients(cluster: ClusterState) -> list[Client]:
    """Return the clients of the latest report."""
    tallies = cluster.clients.tallies
    return [Client(name, row, tallies.get(name)) for name, row in (cluster.clients.rows or {}).items()]


def departed_clients(cluster: ClusterState) -> list[Client]:
    """Return the clients that are not connected and whose tasks were seen."""
    clients = cluster.clients
    present = clients.rows or {}
    gone = [Client(name, None, tally) for name, tally in clients.tallies.items() if name not in present]
    if clients.folded:
        gone.append(Client(clients.other.client, None, clients.other))
    return gone


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    objects = cluster.objects.by_client()

    def made(client: Client) -> tuple[int, int | None] | tuple[None, None]:
        return (None, None) if objects is None else objects.get(client.id, (0, 0))

    return {"objects": lambda client: made(client)[0], "object_bytes": lambda client: made(client)[1]}


def _mark(cluster: ClusterState) -> Callable[[Client], str]:  # noqa: ARG001
    def mark(client: Client) -> str:
        return "departed" if client.status is None else stale_mark(client.status.last_seen_seconds)

    return mark


READER = entity_reader(
    "clients",
    lambda cluster: connected_clients(cluster) + departed_clients(cluster),
    lambda client: client.id,
    values=_values,
    mark=_mark,
    scope_rules={"function": parties_of_function("client", "clients"), "object": client_of_object},
    tones={"failed": tones.failure_count, "latency": tones.latency, "last_seen": tones.last_seen},
)
