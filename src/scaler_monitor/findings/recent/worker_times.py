"""Since when each worker is idle, and since when tasks queue at it; and what it can do."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.fleet import Fleet, Mask, Numbers
from scaler_monitor.findings.recent.worker_memory import WorkerMemory
from scaler_monitor.model.workers import Workers

UNKNOWN = -1


class WorkerTimes:
    """One entry a worker of the latest report, which bounds it: about 110 bytes each."""

    def __init__(self) -> None:
        self.memory = WorkerMemory()
        self.idle_since: Numbers = np.zeros(0)
        """Unix seconds since when a worker has had no task at any report and ended none; NaN where it has."""
        self.queued_since: Numbers = np.zeros(0)
        """Unix seconds since when tasks wait at it at each report; NaN where none does."""
        self.heard: Numbers = np.zeros(0)
        """Unix seconds of its last heartbeat."""
        self.quiet: NDArray[np.int64] = np.zeros(0, np.int64)
        """Seconds since its last heartbeat; longer than reported where its one byte has run over."""
        self._names: tuple[str, ...] = ()
        self._index: dict[str, int] = {}
        self._codes: NDArray[np.int64] | None = None
        self._sets: list[frozenset[str]] = []

    def take(self, fleet: Fleet, now: float, ended_on: AbstractSet[str], one_byte: bool) -> None:
        """Note what a report says; `ended_on` are workers on which tasks ended since the one before."""
        if fleet.names is not self._names:
            self._move(fleet)
        idle = fleet.idle.copy()
        index = self._index
        for name in ended_on:
            at = index.get(name)
            if at is not None:
                idle[at] = False
        self.idle_since = _since(self.idle_since, idle, now)
        self.queued_since = _since(self.queued_since, fleet.queued > 0, now)
        self._listen(fleet, now, one_byte)
        self.memory.take(now, fleet.memory_share)

    def said_what_it_can(self) -> None:
        """A worker said what it can do."""
        self._codes = None

    def able(self, workers: Workers, needs: frozenset[str]) -> tuple[Mask, Mask]:
        """Return which workers can do what needs all of `needs`, and of which that is not known."""
        if not needs:
            return np.ones(len(self._names), np.bool_), np.zeros(len(self._names), np.bool_)
        codes = self._coded(workers)
        can = np.array([needs <= each for each in self._sets] + [False], np.bool_)
        return can[codes], codes == UNKNOWN

    def clear(self) -> None:
        """Forget what was: nobody listened for a while."""
        self.idle_since[:] = self.queued_since[:] = np.nan
        self.heard[:] = np.nan
        self.memory.clear()

    def _coded(self, workers: Workers) -> NDArray[np.int64]:
        if self._codes is None:
            numbers: dict[object, int] = {}
            self._sets = []
            said = workers.capabilities
            codes = np.full(len(self._names), UNKNOWN, np.int64)
            for at, name in enumerate(self._names):
                capabilities = said.get(name)
                if capabilities is None:
                    continue
                number = numbers.get(capabilities)
                if number is None:
                    number = numbers[capabilities] = len(self._sets)
                    self._sets.append(frozenset(each.name for each in capabilities))
                codes[at] = number
            self._codes = codes
        return self._codes

    def _listen(self, fleet: Fleet, now: float, one_byte: bool) -> None:
        seen = fleet.seen_seconds
        self.quiet = seen
        if one_byte:
            with np.errstate(invalid="ignore"):
                silent = np.nan_to_num(np.floor(now - self.heard)).astype(np.int64)
                over = (silent >= 256) & (np.abs(silent % 256 - seen) <= 2)
            self.quiet = np.where(over, silent, seen)
        self.heard = now - self.quiet.astype(np.float64)

    def _move(self, fleet: Fleet) -> None:
        index = self._index
        places = np.array([index.get(name, -1) for name in fleet.names], np.int64)
        new = places < 0
        for name in ("idle_since", "queued_since", "heard"):
            before: Numbers = getattr(self, name)
            moved = np.full(len(places), np.nan)
            moved[~new] = before[places[~new]]
            setattr(self, name, moved)
        self.memory.move(places)
        self._names, self._index = fleet.names, fleet.workers.index
        self._codes = None


def _since(since: Numbers, holds: Mask, now: float) -> Numbers:
    """Return since when something holds at each report; NaN where it does not."""
    return np.where(holds, np.where(np.isnan(since), now, since), np.nan)
