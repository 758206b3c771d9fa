"""Scope rules: rows that belong to an entity without a column that refers to it."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.query.reader import Conditions, ScopeRule

UNKNOWN_HOST = "(unknown host)"
"""Row id of the machine of workers without a known host."""


def workers_of_manager(cluster: ClusterState, manager: str) -> Conditions:
    """Return the condition for rows of a manager's workers."""
    workers = cluster.workers
    pairs = zip(workers.names, workers.manager, strict=True)
    return (("worker", {name for name, named in pairs if named == manager}),)


def workers_on_machine(cluster: ClusterState, machine: str) -> Conditions:
    """Return the condition for rows of the workers on a machine."""
    workers = cluster.workers
    hosts = workers.columns.host if workers.columns is not None else None
    if hosts is None:
        return (("worker", ()),)
    return (("worker", {name for name, host in zip(workers.names, hosts, strict=True) if host == machine}),)


WORKER_SCOPES: dict[str, ScopeRule] = {"machine": workers_on_machine, "manager": workers_of_manager}
"""Scope rules of tables with a column `worker`, by kind."""


def worker_of_task(cluster: ClusterState, hex_id: str) -> Conditions:
    """Return the condition for rows of the worker that a task was sent to."""
    task = cluster.tasks.find_hex(hex_id)
    return (("worker", {task.worker} if task is not None and task.worker is not None else ()),)


def client_of_object(cluster: ClusterState, hex_id: str) -> Conditions:
    """Return the condition for rows of the client that created an object."""
    objects = cluster.objects.biggest or ()
    return (("client", {one.creator for one in objects if one.object_id.hex() == hex_id}),)


def parties_of_function(column: str, parties: str) -> ScopeRule:
    """Return the rule for rows of a function's parties: `parties` is "workers" or "clients"."""

    def rule(cluster: ClusterState, name: str) -> Conditions:
        entry = cluster.functions.entries.get("" if name == NAMELESS else name)
        return ((column, frozenset(getattr(entry, parties)) if entry is not None else frozenset()),)

    return rule
