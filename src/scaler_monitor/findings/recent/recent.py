"""The recent history that rules need, brought up to date at each look."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.recent.crowd import Crowd
from scaler_monitor.findings.recent.deaths import Deaths
from scaler_monitor.findings.recent.dwelling import Dwelling
from scaler_monitor.findings.recent.hosts import HostSpeeds
from scaler_monitor.findings.recent.log import LogReader
from scaler_monitor.findings.recent.managers import OwedWorkers
from scaler_monitor.findings.recent.samples import Samples
from scaler_monitor.findings.recent.tallies import Tallies
from scaler_monitor.findings.recent.worker_times import WorkerTimes
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.wire.event import FINAL_STATES

MOST_FUNCTIONS = 2_100
MOST_CLIENTS = 2_100

FUNCTION_BLOCK_SECONDS, FUNCTION_BLOCKS = 5.0, 14
"""Success, failed, all gone, all come, of each function for a minute: 0.9 MB at the most."""

CLIENT_BLOCK_SECONDS, CLIENT_BLOCKS = 10.0, 62
"""Come, gone and open tasks of each client for ten minutes: 3 MB at the most."""


class Recent:
    """All parts of it. Times are unix seconds, handed in."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._log = LogReader()
        self.samples = Samples()
        self.workers = WorkerTimes()
        self.functions = Tallies(4, FUNCTION_BLOCKS, FUNCTION_BLOCK_SECONDS, MOST_FUNCTIONS)
        self.clients = Tallies(3, CLIENT_BLOCKS, CLIENT_BLOCK_SECONDS, MOST_CLIENTS)
        self.deaths = Deaths()
        self.dwelling = Dwelling()
        self.hosts = HostSpeeds()
        self.managers = OwedWorkers()
        self.crowd = Crowd()
        self.failing_before: dict[str, tuple[float | None, float]] = {}
        """Functions that fail: their share of failures before (None: unknown), and since when."""
        self.begun: float | None = None
        """Since when there is an unbroken past; None before the first report."""
        self.needs_untold = False
        """Whether transitions came that do not say what their task needs."""
        self.late_report = False
        """Whether the latest report came much later than usual: the scheduler stood still meanwhile."""
        self._last_report: float | None = None

    def take(self, state: ClusterState, fleet: Fleet, now: float, *, settled: bool, one_byte: bool) -> None:
        """Take a report; `settled` says that no gap or restart was just before it."""
        if self.begun is None:
            self.begun = now
        thresholds = self._thresholds
        usual, last = state.scheduler.report_interval, self._last_report
        self.late_report = bool(
            usual and last is not None and now - last > thresholds.silent_late_report_times * usual
        )
        self._last_report = now
        news = self._log.read(state, self.dwelling.since)
        self.needs_untold |= news.without_needs > 0
        if news.connected:
            self.workers.said_what_it_can()
        self.deaths.take(state, news.left if settled else [], thresholds, now)
        self.dwelling.take(news.held, news.ended, state.tasks, now)
        self.hosts.take(state, news.ended, now)
        self.workers.take(fleet, now, _workers_of(state, news.ended), one_byte)
        self.managers.take(state.managers, now)
        self.samples.add(now, _figures(state, fleet))
        self.functions.update(
            now,
            (
                (entry.name, (entry.success, entry.failed, entry.ended + entry.missed, entry.tasks))
                for entry in state.functions.rows()
            ),
        )
        self.clients.update(now, _clients(state))

    def forget(self) -> None:
        """Nobody listened for a while, or the totals began again: what was says nothing of what is."""
        self.samples.clear()
        self.workers.clear()
        self.functions.clear()
        self.clients.clear()
        self.deaths.clear()
        self.dwelling.clear()
        self.hosts.clear()
        self.managers.clear()
        self.failing_before.clear()
        self.crowd = Crowd()
        self.begun = self._last_report = None
        self.needs_untold = False


def _workers_of(state: ClusterState, ended: list[bytes]) -> set[str]:
    records = state.tasks.records
    found = (records.get(task_id) for task_id in ended)
    return {task.worker for task in found if task is not None and task.worker}


def _figures(state: ClusterState, fleet: Fleet) -> dict[str, float]:
    figures: dict[str, float] = {}
    reported = state.states.reported
    if reported is not None:
        ended = sum(count for name, count in reported.items() if name in FINAL_STATES)
        living = sum(reported.values()) - ended
        figures |= {"ended": ended, "open": living, "arrived": ended + living}
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
    """Come, gone and open tasks of each client; before 2.9, where tasks name none, the open ones alone."""
    tallies, rows = state.clients.tallies, state.clients.rows or {}
    found = []
    for name in {**tallies, **rows}:
        tally, row = tallies.get(name), rows.get(name)
        come, gone = (0, 0) if tally is None else (tally.submitted, tally.finished + tally.missed)
        found.append((name, (come, gone, row.tasks if row is not None else come - gone)))
    return found
