"""The recent history that rules need, updated with each report."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.history.canceling_tasks import CancelingTasks
from scaler_monitor.findings.history.deaths import Deaths
from scaler_monitor.findings.history.event_log_reader import LogReader
from scaler_monitor.findings.history.host_speeds import HostSpeeds
from scaler_monitor.findings.history.pending_workers import PendingWorkers
from scaler_monitor.findings.history.samples import Samples
from scaler_monitor.findings.history.totals_history import TotalsHistory
from scaler_monitor.findings.history.waiting_cache import WaitingTasksCache
from scaler_monitor.findings.history.worker_history import WorkerHistory
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.wire.event import FINAL_STATES

MAX_FUNCTIONS = 2_100
MAX_CLIENTS = 2_100

FUNCTION_BLOCK_SECONDS, FUNCTION_BLOCKS = 5.0, 14
"""Succeeded, failed, completed and arrived tasks of each function for a minute; at most 0.9 MB."""

CLIENT_BLOCK_SECONDS, CLIENT_BLOCKS = 10.0, 62
"""Arrived, completed and open tasks of each client for ten minutes; at most 3 MB."""


class RecentHistory:
    """All parts of the history. Times are Unix seconds."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._log = LogReader()
        self.samples = Samples()
        self.workers = WorkerHistory()
        self.functions = TotalsHistory(4, FUNCTION_BLOCKS, FUNCTION_BLOCK_SECONDS, MAX_FUNCTIONS)
        self.clients = TotalsHistory(3, CLIENT_BLOCKS, CLIENT_BLOCK_SECONDS, MAX_CLIENTS)
        self.deaths = Deaths()
        self.canceling = CancelingTasks()
        self.hosts = HostSpeeds()
        self.managers = PendingWorkers()
        self.waiting_cache = WaitingTasksCache()
        self.failing_before: dict[str, tuple[float | None, float]] = {}
        """Failing functions: earlier failure share (None: unknown), and Unix time since which they fail."""
        self.started: float | None = None
        """Start of observation without a gap, in Unix seconds; None before the first report."""
        self.needs_unreported = False
        """Whether some transitions did not report the capabilities that their task needs."""
        self.late_report = False
        """Whether the latest report was much later than usual, because the scheduler was blocked."""
        self._last_report: float | None = None

    def update(self, state: ClusterState, fleet: Fleet, now: float, *, settled: bool, one_byte: bool) -> None:
        """Process a report; `settled`: no gap or restart was shortly before it."""
        if self.started is None:
            self.started = now
        thresholds = self._thresholds
        usual, last = state.scheduler.report_interval, self._last_report
        self.late_report = bool(
            usual and last is not None and now - last > thresholds.silent_late_report_factor * usual
        )
        self._last_report = now
        found = self._log.read(state, self.canceling.since)
        self.needs_unreported |= found.without_needs > 0
        if found.connected:
            self.workers.invalidate_capabilities()
        self.deaths.update(state, found.departures if settled else [], thresholds, now)
        self.canceling.update(found.cancel_transitions, found.ended, state.tasks, now)
        self.hosts.update(state, found.ended, now)
        self.workers.update(fleet, now, _workers_of(state, found.ended), one_byte)
        self.managers.update(state.managers, now)
        self.samples.add(now, _figures(state, fleet))
        self.functions.update(
            now,
            (
                (entry.name, (entry.success, entry.failed, entry.ended + entry.missed, entry.tasks))
                for entry in state.functions.rows()
            ),
        )
        self.clients.update(now, _clients(state))

    def clear(self) -> None:
        """Clear the history after a gap or a restart."""
        self.samples.clear()
        self.workers.clear()
        self.functions.clear()
        self.clients.clear()
        self.deaths.clear()
        self.canceling.clear()
        self.hosts.clear()
        self.managers.clear()
        self.failing_before.clear()
        self.waiting_cache = WaitingTasksCache()
        self.started = self._last_report = None
        self.needs_unreported = False


def _workers_of(state: ClusterState, ended: list[bytes]) -> set[str]:
    records = state.tasks.records
    found = (records.get(task_id) for task_id in ended)
    return {task.worker for task in found if task is not None and task.worker}


def _figures(state: ClusterState, fleet: Fleet) -> dict[str, float]:
    figures: dict[str, float] = {}
    reported = state.states.reported
    if reported is not None:
        ended = sum(count for name, count in reported.items() if name in FINAL_STATES)
        open_tasks = sum(reported.values()) - ended
        figures |= {"ended": ended, "open": open_tasks, "arrived": ended + open_tasks}
        figures |= {"inactive": reported.get("inactive", 0), "canceling": reported.get("canceling", 0)}
        figures["balance_canceling"] = reported.get("balanceCanceling", 0)
    cpu, storage = state.scheduler.cpu_permille, state.objects.storage
    if cpu is not None:
        figures["cpu"] = cpu / 1000
    lag = fleet.columns.lag_microseconds
    known = lag[(lag >= 0) & (fleet.seen_seconds <= 5)]
    if len(known):
        figures["lag"] = float(
            np.partition(known, int(0.95 * (len(known) - 1)))[int(0.95 * (len(known) - 1))]
        )
    if storage is not None and storage.oldest_pending_seconds is not None:
        figures["storage_oldest"] = storage.oldest_pending_seconds
    return figures


def _clients(state: ClusterState) -> list[tuple[str, tuple[int, int, int]]]:
    """Return arrived, completed and open tasks of each client; before 2.9 only open tasks are known."""
    tallies, rows = state.clients.tallies, state.clients.rows or {}
    found = []
    for name in {**tallies, **rows}:
        tally, row = tallies.get(name), rows.get(name)
        arrived, ended = (0, 0) if tally is None else (tally.submitted, tally.finished + tally.missed)
        found.append((name, (arrived, ended, row.tasks if row is not None else arrived - ended)))
    return found
