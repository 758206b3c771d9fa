"""Per-worker history: idle time, queueing time, heartbeats, memory and capabilities."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.fleet import Fleet, Mask, Numbers
from scaler_monitor.findings.history.worker_memory import WorkerMemory
from scaler_monitor.model.workers import Workers

UNKNOWN = -1


class WorkerHistory:
    """One entry per worker of the latest report, about 110 bytes each."""

    def __init__(self) -> None:
        self.memory = WorkerMemory()
        self.idle_since: Numbers = np.zeros(0)
        """Unix time since which a worker has been idle in every report and ended no task; NaN if not idle."""
        self.queued_since: Numbers = np.zeros(0)
        """Unix time since which tasks have been queued at a worker in every report; NaN if none is."""
        self.last_heartbeat: Numbers = np.zeros(0)
        """Unix time of the last heartbeat."""
        self.heartbeat_age: NDArray[np.int64] = np.zeros(0, np.int64)
        """Seconds since the last heartbeat, corrected for overflow of the one-byte field."""
        self._names: tuple[str, ...] = ()
        self._index: dict[str, int] = {}
        self._codes: NDArray[np.int64] | None = None
        self._sets: list[frozenset[str]] = []

    def update(self, fleet: Fleet, now: float, ended_on: AbstractSet[str], one_byte: bool) -> None:
        """Process a report; `ended_on` are workers on which tasks have ended since the previous report."""
        if fleet.names is not self._names:
            self._reorder(fleet)
        idle = fleet.idle.copy()
        index = self._index
        for name in ended_on:
            at = index.get(name)
            if at is not None:
                idle[at] = False
        self.idle_since = _since(self.idle_since, idle, now)
        self.queued_since = _since(self.queued_since, fleet.queued > 0, now)
        self._update_heartbeats(fleet, now, one_byte)
        self.memory.update(now, fleet.memory_share)

    def invalidate_capabilities(self) -> None:
        """Invalidate the cached capabilities, because a worker reported its own."""
        self._codes = None

    def capable(self, workers: Workers, needs: frozenset[str]) -> tuple[Mask, Mask]:
        """Return masks of the workers with all needed capabilities and of those with unknown ones."""
        if not needs:
            return np.ones(len(self._names), np.bool_), np.zeros(len(self._names), np.bool_)
        codes = self._capability_codes(workers)
        can = np.array([needs <= each for each in self._sets] + [False], np.bool_)
        return can[codes], codes == UNKNOWN

    def clear(self) -> None:
        """Clear the history."""
        self.idle_since[:] = self.queued_since[:] = np.nan
        self.last_heartbeat[:] = np.nan
        self.memory.clear()

    def _capability_codes(self, workers: Workers) -> NDArray[np.int64]:
        if self._codes is None:
            numbers: dict[object, int] = {}
            self._sets = []
            reported = workers.capabilities
            codes = np.full(len(self._names), UNKNOWN, np.int64)
            for at, name in enumerate(self._names):
                capabilities = reported.get(name)
                if capabilities is None:
                    continue
                number = numbers.get(capabilities)
                if number is None:
                    number = numbers[capabilities] = len(self._sets)
                    self._sets.append(frozenset(each.name for each in capabilities))
                codes[at] = number
            self._codes = codes
        return self._codes

    def _update_heartbeats(self, fleet: Fleet, now: float, one_byte: bool) -> None:
        seen = fleet.seen_seconds
        self.heartbeat_age = seen
        if one_byte:
            with np.errstate(invalid="ignore"):
                silent = np.nan_to_num(np.floor(now - self.last_heartbeat)).astype(np.int64)
                overflowed = (silent >= 256) & (np.abs(silent % 256 - seen) <= 2)
            self.heartbeat_age = np.where(overflowed, silent, seen)
        self.last_heartbeat = now - self.heartbeat_age.astype(np.float64)

    def _reorder(self, fleet: Fleet) -> None:
        index = self._index
        places = np.array([index.get(name, -1) for name in fleet.names], np.int64)
        new = places < 0
        for name in ("idle_since", "queued_since", "last_heartbeat"):
            before: Numbers = getattr(self, name)
            moved = np.full(len(places), np.nan)
            moved[~new] = before[places[~new]]
            setattr(self, name, moved)
        self.memory.reorder(places)
        self._names, self._index = fleet.names, fleet.workers.index
        self._codes = None


def _since(since: Numbers, holds: Mask, now: float) -> Numbers:
    """Return the updated start times of a condition; NaN where it is not met."""
    return np.where(holds, np.where(np.isnan(since), now, since), np.nan)
