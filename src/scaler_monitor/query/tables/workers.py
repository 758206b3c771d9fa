"""Reads the worker table: workers of the latest report, and departed ones."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.reader import TableReader
from scaler_monitor.query.rows.worker_rows import WorkerRows
from scaler_monitor.query.scope_rules import parties_of_function, worker_of_task


def _departure(cluster: ClusterState, worker: str) -> str:
    row = cluster.workers.departed.get(worker)
    left = cluster.workers.leaving.get(worker) if row is None else row.left
    return "departed" if left is None else f"departed at {format_time(left)}; figures are its last"


READER = TableReader(
    "workers",
    lambda request: WorkerRows(TABLES["workers"], request.cluster, request.columns.names),
    scope_rules={"function": parties_of_function("worker", "workers"), "task": worker_of_task},
    tones={
        "memory": tones.memory,
        "suspended": tones.waiting_count,
        "lag": tones.lag,
        "last_seen": tones.last_seen,
        "task_age": tones.task_age,
        "over": tones.overdue,
    },
    departure=_departure,
)
