"""Which rows belong to a thing that none of their columns names."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.query.reader import Conditions, Members

UNKNOWN_HOST = "(unknown host)"
"""Row id of the machine of workers that do not say on which they run."""


def of_manager(cluster: ClusterState, manager: str) -> Conditions:
    """Rows whose worker is one of a manager's."""
    workers = cluster.workers
    pairs = zip(workers.names, workers.manager, strict=True)
    return (("worker", {name for name, named in pairs if named == manager}),)


def on_machine(cluster: ClusterState, machine: str) -> Conditions:
    """Rows whose worker runs on a machine."""
    workers = cluster.workers
    hosts = workers.columns.host if workers.columns is not None else None
    if hosts is None:
        return (("worker", ()),)
    return (("worker", {name for name, host in zip(workers.names, hosts, strict=True) if host == machine}),)


OF_WORKERS: dict[str, Members] = {"machine": on_machine, "manager": of_manager}
"""For tables of what workers did."""


def of_task(cluster: ClusterState, hex_id: str) -> Conditions:
    """Rows of the worker that a task was sent to."""
    task = cluster.tasks.find_hex(hex_id)
    return (("worker", {task.worker} if task is not None and task.worker is not None else ()),)


def of_object(cluster: ClusterState, hex_id: str) -> Conditions:
    """Rows of the client that made an object."""
    objects = cluster.objects.biggest or ()
    return (("client", {one.creator for one in objects if one.object_id.hex() == hex_id}),)


def parties_of_function(column: str, parties: str) -> Members:
    """Rows that `column` says are of the "workers" or "clients" that a function is remembered with."""

    def members(cluster: ClusterState, name: str) -> Conditions:
        entry = cluster.functions.entries.get("" if name == NAMELESS else name)
        return ((column, frozenset(getattr(entry, parties)) if entry is not None else frozenset()),)

    return members
