"""Rows of functions."""

from __future__ import annotations

from scaler_monitor.model.bounded_names import BoundedNames
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.protocol.format.amounts import counted
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
    """A function's name, and how many are counted together under it where these are several."""
    if entry.names is None:
        return entry.name
    return format_shared_name(entry.name, len(entry.names), bool(entry.names.others))


def known(parties: BoundedNames) -> int | tuple[int, int]:
    """How many are remembered; where there were others, with the number of their tasks."""
    return (len(parties), parties.others) if parties.others else len(parties)


def _run_by(cluster: ClusterState, worker: str) -> Conditions:
    return (("function", {entry.name for entry in cluster.functions.rows() if worker in entry.workers}),)


def _called_by(cluster: ClusterState, client: str) -> Conditions:
    return (("function", {entry.name for entry in cluster.functions.rows() if client in entry.clients}),)


def _not_remembered(cluster: ClusterState, row_id: str) -> list[Fact]:
    """What is known of workers and clients that are not remembered one by one."""
    entry = cluster.functions.entries.get("" if row_id == NAMELESS else row_id, cluster.functions.other)
    if entry is None:
        return []
    parties = (("other workers", entry.workers), ("other clients", entry.clients))
    return [
        (label, f"{counted(party.others, 'task')} of others than the {len(party):,} remembered")
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
        "workers": lambda entry: known(entry.workers),
        "clients": lambda entry: known(entry.clients),
    },
    members={"worker": _run_by, "client": _called_by},
    tones={"failed": tones.failures, "failure": tones.failure, "lately": tones.failure},
    more_facts=_not_remembered,
)
