"""The values shown above the tables."""

from __future__ import annotations

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.history import Ring
from scaler_monitor.model.missing_values import total, valid_or_none
from scaler_monitor.model.workers import fleet_rss
from scaler_monitor.protocol.page import Overview
from scaler_monitor.query.tables.functions import function_label
from scaler_monitor.query.tones import state_tones
from scaler_monitor.wire.event import WorkerColumns

MAX_BUSIEST = 50
HISTORY_POINTS = 240


def describe_overview(cluster: ClusterState, now: float) -> Overview:
    """Return the values of all sections at unix time `now`."""
    scheduler, workers, clients = cluster.scheduler, cluster.workers, cluster.clients
    columns = workers.columns
    functions = sorted(cluster.functions.rows(), key=lambda entry: (-entry.tasks, entry.name))[:MAX_BUSIEST]
    busiest = sorted((clients.rows or {}).values(), key=lambda row: (-row.tasks, row.client))[:MAX_BUSIEST]
    known, stale = columns is not None, scheduler.is_stale(now)
    return Overview(
        cpu_permille=scheduler.cpu_permille,
        rss_bytes=scheduler.rss_bytes,
        rss_free_bytes=scheduler.rss_free_bytes,
        task_states=cluster.states.reported,
        seen=dict(cluster.states.seen),
        task_rate=None if stale else cluster.states.rate,
        sent=cluster.messages.sent.totals,
        received=cluster.messages.received.totals,
        sent_rate={} if stale else cluster.messages.sent.rates,
        received_rate={} if stale else cluster.messages.received.rates,
        objects=cluster.objects.count,
        storage=cluster.objects.storage,
        workers=len(workers) if known else None,
        departed_workers=len(workers.departed),
        processors=len(columns.processors.pid) if columns is not None else None,
        managers=len(cluster.managers.rows) if known else None,
        pending_workers=cluster.managers.pending_workers,
        clients=None if clients.rows is None else len(clients.rows),
        client_tasks=[(row.client, row.tasks) for row in busiest],
        function_tasks=[(function_label(entry), entry.tasks) for entry in functions],
        function_count=len(cluster.functions),
        queued=queued_tasks(cluster),
        suspended=int(columns.suspended.sum(dtype=np.int64)) if columns is not None else None,
        free=valid_or_none(total(columns.free)) if columns is not None else None,
        worker_rss_bytes=fleet_rss(workers),
        rss_history=_points(cluster.history.scheduler_rss, now),
        worker_rss_history=_points(cluster.history.fleet_rss, now),
        failed_rate=None if stale else cluster.states.failed_rate,
        overdue_tasks=cluster.overdue_count(),
        silent_workers=int(workers.silent.sum()) if known else None,
        inactive=cluster.states.inactive,
        running=running_tasks(cluster),
        idle=None if columns is None else _idle(columns),
        agent_rss_bytes=None if columns is None else valid_or_none(total(columns.agent_rss_bytes)),
        state_tones=state_tones(cluster.states.reported or {}),
    )


def queued_tasks(cluster: ClusterState) -> int | None:
    """Return the number of tasks in the queues of workers; None if no worker reports it."""
    columns = cluster.workers.columns
    return None if columns is None else valid_or_none(total(columns.queued))


def running_tasks(cluster: ClusterState) -> int | None:
    """Return the number of processors with a task that is not suspended; None before the first report."""
    columns = cluster.workers.columns
    if columns is None:
        return None
    return int(np.count_nonzero(columns.processors.has_task & ~columns.processors.suspended))


def _idle(columns: WorkerColumns) -> int:
    """Return the number of processors without a task plus workers without a processor."""
    without = int(np.count_nonzero(np.diff(columns.first_processor) == 0))
    return int(np.count_nonzero(~columns.processors.has_task)) + without


def _points(ring: Ring, now: float) -> list[tuple[float, int]]:
    seconds, values = ring.seconds(now - HISTORY_POINTS, now + 1)
    pairs = zip(seconds.tolist(), values.tolist(), strict=True)
    return [(float(second), int(value)) for second, value in pairs][-HISTORY_POINTS:]
