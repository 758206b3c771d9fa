"""Worker managers: their own figures, and sums over their workers."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from scaler_monitor.model.limits import Limits
from scaler_monitor.model.worker_sums import sum_by_key
from scaler_monitor.model.workers import Workers, rss_with_agents
from scaler_monitor.wire.event import ManagerStatus, StateScheduler


class Manager(NamedTuple):
    """One manager in the latest report; None for what a release does not report.

    In sums over its workers unknown values are skipped; a sum is None if no value is known.
    """

    manager: str
    identity: str | None
    last_seen_seconds: int | None
    max_task_concurrency: int | None
    capabilities: str | None
    pending_workers: int | None
    workers: int
    cpu_permille: int  # processors and agents; from here on sums over its workers
    rss_bytes: int | None
    agent_cpu_permille: int  # agents only
    agent_rss_bytes: int | None
    free: int | None
    sent: int | None
    queued: int | None
    suspended: int


class DepartedManager(NamedTuple):
    """A departed manager with its last figures."""

    left: float  # unix seconds
    last: Manager


class Managers:
    """The managers of the latest report, and the departed ones."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.rows: dict[str, Manager] = {}
        """By id, from the latest report; empty if the cluster has none."""
        self.departed: dict[str, DepartedManager] = {}
        """By id, in order of departure."""
        self.reported = False
        """Whether managers report about themselves (1.27 and later)."""

    @property
    def pending_workers(self) -> int | None:
        """Number of requested workers that have not started yet; None if no manager reports it."""
        known = [row.pending_workers for row in self.rows.values() if row.pending_workers is not None]
        return sum(known) if known else None

    def apply(self, report: StateScheduler, workers: Workers, now: float) -> tuple[list[str], list[Manager]]:
        """Apply a report, after `workers` applied it; return new and departed managers."""
        statuses: dict[str, ManagerStatus] = {row.manager: row for row in report.managers or ()}
        self.reported = report.managers is not None
        names = list(statuses)
        names += [name for name in report.manager_workers if name not in statuses]
        position = {name: at for at, name in enumerate(names)}
        size = len(names) + 1
        key = np.array(
            [position.get(m, size - 1) if m is not None else size - 1 for m in workers.manager], int
        )

        total = partial(sum_by_key, key=key, size=size)
        columns = workers.columns
        assert columns is not None  # `workers` applied the report
        sums = zip(
            np.bincount(key, minlength=size).tolist(),
            total(workers.cpu_permille + columns.agent_cpu_permille),
            total(rss_with_agents(workers, columns)),
            total(columns.agent_cpu_permille),
            total(columns.agent_rss_bytes),
            total(columns.free),
            total(columns.sent),
            total(columns.queued),
            total(columns.suspended),
            strict=True,
        )
        before, self.rows = self.rows, {}
        for name, figures in zip(names, sums, strict=False):
            status = statuses[name][1:] if name in statuses else (None, None, None, None, None)
            self.rows[name] = Manager(name, *status, *figures)
        added = [name for name in self.rows if name not in before]
        left = [row for name, row in before.items() if name not in self.rows]
        for name in added:
            self.departed.pop(name, None)
        for row in left:
            self.departed[row.manager] = DepartedManager(now, row)
            if len(self.departed) > self._limits.departed:
                del self.departed[next(iter(self.departed))]
        return added, left

    def tick(self, now: float) -> None:
        """Remove departed managers after `limits.departed_seconds`."""
        for name, row in list(self.departed.items()):
            if row.left > now:  # the clock was set back
                self.departed[name] = row._replace(left=now)
            elif now - row.left >= self._limits.departed_seconds:
                del self.departed[name]

    def snapshot(self) -> Managers:
        """Return a copy; rows are shared."""
        other = Managers(self._limits)
        other.__dict__.update(self.__dict__)
        other.departed = self.departed.copy()
        return other
