"""Reads the function table."""

from __future__ import annotations

from scaler_monitor.model.bounded_names import BoundedNames
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.labels import format_shared_name
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.query import tones
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.reader import Conditions, Fact, Getter


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    all_seconds = cluster.functions.total_seconds()

    def share(entry: Function) -> int | None:
        return round(entry.durations.total * 1000 / all_seconds) if all_seconds else None

    return {
        "failure": lambda entry: None if entry.failure is None else entry.failure * 1000,
        "lately": lambda entry: None if entry.recent_failure is None else entry.recent_failure * 1000,
        "p50": lambda entry: entry.durations.quantile(0.5),
        "p95": lambda entry: entry.durations.quantile(0.95),
        "max": lambda entry: entry.durations.longest if entry.durations.count else None,
        "share": share,
        "workers": lambda entry: len(entry.workers),
        "clients": lambda entry: len(entry.clients),
    }


def function_label(entry: Function) -> str:
    """Return the function's name, with the number of names that are counted under it."""
    if entry.names is None:
        return entry.name
    return format_shared_name(entry.name, len(entry.names), bool(entry.names.others))


def party_count(parties: BoundedNames) -> int | tuple[int, int]:
    """Return the number of known parties, or the pair (number, tasks of others) if there were others."""
    return (len(parties), parties.others) if parties.others else len(parties)


def _functions_on_worker(cluster: ClusterState, worker: str) -> Conditions:
    return (("function", {entry.name for entry in cluster.functions.rows() if worker in entry.workers}),)


def _functions_of_client(cluster: ClusterState, client: str) -> Conditions:
    return (("function", {entry.name for entry in cluster.functions.rows() if client in entry.clients}),)


def _other_parties(cluster: ClusterState, row_id: str) -> list[Fact]:
    """Return facts about the workers and clients of a function that are not kept individually."""
    entry = cluster.functions.entries.get("" if row_id == NAMELESS else row_id, cluster.functions.other)
    if entry is None:
        return []
    parties = (("other workers", entry.workers), ("other clients", entry.clients))
    return [
        (label, f"{count_with_noun(party.others, 'task')} of others than the {len(party):,} remembered")
        for label, party in parties
        if party.others
    ]


READER = entity_reader(
    "functions",
    lambda cluster: cluster.functions.rows(),
    lambda entry: entry.name or NAMELESS,
    values=_values,
    shown={
        "function": function_label,
        "workers": lambda entry: party_count(entry.workers),
        "clients": lambda entry: party_count(entry.clients),
    },
    scope_rules={"worker": _functions_on_worker, "client": _functions_of_client},
    tones={"failed": tones.failure_count, "failure": tones.failure_rate, "lately": tones.failure_rate},
    more_facts=_other_parties,
)
