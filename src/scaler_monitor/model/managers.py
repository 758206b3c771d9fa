"""Worker managers: their own words, and the sums over their workers."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from scaler_monitor.model.limits import Limits
from scaler_monitor.model.workers import Workers, rss_with_agents, sum_by_key
from scaler_monitor.wire.event import ManagerStatus, StateScheduler


class Manager(NamedTuple):
    """One manager by the latest report. What a release does not say is None.

    A sum is of what is known; None where it is known of none of its workers.
    """

    manager: str
    identity: str | None
    last_seen_seconds: int | None
    max_task_concurrency: int | None
    capabilities: str | None
    pending_workers: int | None
    workers: int
    cpu_permille: int  # sum over its workers' processors and agents, as all that follows
    rss_bytes: int | None
    agent_cpu_permille: int  # agents alone
    agent_rss_bytes: int | None
    free: int | None
    sent: int | None
    queued: int | None
    suspended: int


class DepartedManager(NamedTuple):
    """A manager that has left, with its last figures."""

    left: float  # unix seconds
    last: Manager


class Managers:
    """Managers by id."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.rows: dict[str, Manager] = {}
        """By the latest report; empty where a cluster has none."""
        self.departed: dict[str, DepartedManager] = {}
        """By id, the earliest first."""
        self.reported = False
        """Whether the release has managers report about themselves (1.27 and later)."""

    @property
    def pending_workers(self) -> int | None:
        """Workers that managers were asked for and that are not there yet; None where nobody says."""
        said = [row.pending_workers for row in self.rows.values() if row.pending_workers is not None]
        return sum(said) if said else None

    def apply(self, report: StateScheduler, workers: Workers, now: float) -> tuple[list[str], list[Manager]]:
        """Take a report, after `workers` took it; returns the managers that came and that left."""
        said: dict[str, ManagerStatus] = {row.manager: row for row in report.managers or ()}
        self.reported = report.managers is not None
        names = list(said)
        names += [name for name in report.manager_workers if name not in said]
        position = {name: at for at, name in enumerate(names)}
        size = len(names) + 1
        key = np.array(
            [position.get(m, size - 1) if m is not None else size - 1 for m in workers.manager], int
        )

        total = partial(sum_by_key, key=key, size=size)
        columns = workers.columns
        assert columns is not None  # it took the report
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
            words = said[name][1:] if name in said else (None, None, None, None, None)
            self.rows[name] = Manager(name, *words, *figures)
        came = [name for name in self.rows if name not in before]
        left = [row for name, row in before.items() if name not in self.rows]
        for name in came:
            self.departed.pop(name, None)
        for row in left:
            self.departed[row.manager] = DepartedManager(now, row)
            if len(self.departed) > self._limits.departed:
                del self.departed[next(iter(self.departed))]
        return came, left

    def tick(self, now: float) -> None:
        """Let go of those that left long ago."""
        for name, row in list(self.departed.items()):
            if row.left > now:  # the clock went back
                self.departed[name] = row._replace(left=now)
            elif now - row.left >= self._limits.departed_seconds:
                del self.departed[name]

    def snapshot(self) -> Managers:
        """Copy; rows are shared."""
        other = Managers(self._limits)
        other.__dict__.update(self.__dict__)
        other.departed = self.departed.copy()
        return other
