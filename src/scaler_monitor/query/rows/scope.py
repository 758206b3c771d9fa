"""Scopes: the rows of a table that belong to one worker, function, client, machine, manager, task, object."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.protocol.tables import NAMELESS
from scaler_monitor.query.rows.fleet import UNKNOWN_HOST
from scaler_monitor.query.rows.names import NameColumn
from scaler_monitor.query.rows.row_set import RowSet, plain

_COLUMNS = {
    "worker": "worker",
    "function": "function",
    "client": "client",
    "machine": "host",
    "manager": "manager",
    "task": "task",
    "object": "object",
}
"""The column that says to which thing of a kind a row belongs, where a table has it."""


class _Unnamed(Container[object]):
    """All names of functions that are counted together as UNNAMED."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and shared_name(name) == UNNAMED


def in_scope(cluster: ClusterState, rows: RowSet, kind: str, thing: str) -> NDArray[np.int64]:
    """Return the positions of the rows that belong to the thing, ascending.

    None do where the wire does not say how rows of that table and things of that kind belong together. Of
    an object it says only how many tasks hold it (ObjectDetail.tasks). A function is an object under its
    own name, so its holders are known: the tasks of its client that call it.
    """
    if kind == "object" and rows.table.key == "tasks":
        return _holders(cluster, rows, thing)
    wanted, key = _members(cluster, rows, kind, thing)
    if key is None:
        return np.zeros(0, np.int64)
    return _rows_with(rows, key, wanted)


def _rows_with(rows: RowSet, key: str, wanted: Container[object]) -> NDArray[np.int64]:
    values = rows.values(key)
    if isinstance(values, NameColumn):
        return np.flatnonzero(values.names.among(wanted)[values.numbers])
    return np.flatnonzero([value in wanted for value in plain(values)]).astype(np.int64)


def _holders(cluster: ClusterState, rows: RowSet, hex_id: str) -> NDArray[np.int64]:
    found = [one for one in cluster.objects.biggest or () if one.object_id.hex() == hex_id]
    if not found or found[0].kind != "object" or cluster.functions.get(found[0].name) is None:
        return np.zeros(0, np.int64)
    calls = _rows_with(rows, "function", {found[0].name})
    return np.intersect1d(calls, _rows_with(rows, "client", {found[0].creator}), assume_unique=True)


def _members(
    cluster: ClusterState, rows: RowSet, kind: str, thing: str
) -> tuple[Container[object], str | None]:
    table = rows.table
    keys = {column.key for column in table.columns}
    own = _COLUMNS.get(kind)
    if table.key == "clients" and kind == "function":
        return _function_parties(cluster, thing, "clients"), "client"
    if table.key == "workers" and kind == "function":
        return _function_parties(cluster, thing, "workers"), "worker"
    if table.key == "functions" and kind in ("worker", "client"):
        entries = cluster.functions.rows()
        if kind == "worker":
            return {entry.name for entry in entries if thing in entry.workers}, "function"
        return {entry.name for entry in entries if thing in entry.clients}, "function"
    if table.key == "managers" and kind == "machine":
        machines = cluster.machines().values()
        return {m for row in machines if (row.host or UNKNOWN_HOST) == thing for m in row.managers}, "manager"
    if table.key == "machines" and kind == "manager":
        machines = cluster.machines().values()
        return {row.host or UNKNOWN_HOST for row in machines if thing in row.managers}, "host"
    if table.key in ("workers", "processors") and kind == "task":
        task = cluster.tasks.find_hex(thing)
        return {task.worker} if task is not None and task.worker is not None else set(), "worker"
    if kind == "object" and table.key in ("clients", "objects"):
        creators = {one.creator for one in cluster.objects.biggest or () if one.object_id.hex() == thing}
        return creators, "client"
    if own in keys:
        if kind == "function" and thing == UNNAMED:
            return _Unnamed(), own
        unnamed = (kind == "function" and thing == NAMELESS) or (kind == "machine" and thing == UNKNOWN_HOST)
        return ({"", None, thing} if unnamed else {thing}), own
    if "worker" in keys and kind in ("machine", "manager"):
        return _workers_of(cluster, kind, thing), "worker"
    return set(), None


def _function_parties(cluster: ClusterState, name: str, parties: str) -> Container[object]:
    entry = cluster.functions.entries.get("" if name == NAMELESS else name)
    return frozenset(getattr(entry, parties)) if entry is not None else frozenset()


def _workers_of(cluster: ClusterState, kind: str, thing: str) -> set[str]:
    workers = cluster.workers
    if kind == "manager":
        return {
            name for name, manager in zip(workers.names, workers.manager, strict=True) if manager == thing
        }
    hosts = workers.columns.host if workers.columns is not None else None
    if hosts is None:
        return set()
    return {name for name, host in zip(workers.names, hosts, strict=True) if host == thing}
