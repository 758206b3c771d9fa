"""The log of state changes as they came; nothing in it is ever rewritten."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import repeat
from sys import getsizeof
from typing import NamedTuple

from scaler_monitor.wire.event import StateBalanceAdvice, StateGraphTask, StateTask, StateWorker


class WorkerSeen(NamedTuple):
    """A report has a worker for the first time, of which no StateWorker told."""

    worker: str


class WorkerLeft(NamedTuple):
    """A worker left, with what it held by the latest report that had it."""

    worker: str
    said_goodbye: bool  # in a StateWorker; otherwise a report no longer has it
    manager: str | None
    tasks: int  # sent to it and not answered
    on_processors: int  # how many of these


class ManagerSeen(NamedTuple):
    """A report has a manager for the first time, or no more."""

    manager: str
    came: bool
    workers: int = 0  # that one which left had by the report before


class TaskOnProcessor(NamedTuple):
    """A report has a task on a processor for the first time, or it was suspended or resumed there since."""

    task_id: bytes
    worker: str
    state: str  # running or suspended


class TasksLeftOut(NamedTuple):
    """A report told of more tasks on processors than the log takes of one; so many were left out."""

    tasks: int


class FeedSeen(NamedTuple):
    """The connection to the scheduler came or went."""

    connected: bool


class SchedulerRestarted(NamedTuple):
    """The scheduler's totals began again: it is another process."""


Happening = (
    StateTask
    | StateWorker
    | StateBalanceAdvice
    | StateGraphTask
    | WorkerSeen
    | WorkerLeft
    | ManagerSeen
    | TaskOnProcessor
    | TasksLeftOut
    | FeedSeen
    | SchedulerRestarted
)


class Entry(NamedTuple):
    """One entry of the log."""

    number: int  # counts from 0 since the start of this monitor
    time: float  # unix seconds
    what: Happening


class _Charge:
    """What entries that came one after the other name: up to which number of entries ever written."""

    __slots__ = ("memory", "up_to")

    def __init__(self) -> None:
        self.memory = self.up_to = 0


_CHARGED_TOGETHER = 1 << 16
"""Bytes of entries that leave together."""


def _memory_of(what: Happening) -> int:
    """Return about how many bytes of memory an entry takes beside that of a StateTask's."""
    return sum(getsizeof(each) if isinstance(each, str | bytes) else _ids_memory(each) for each in what)


def _ids_memory(field: object) -> int:
    return sum(map(getsizeof, field)) if isinstance(field, tuple) else 0


class Events:
    """The log, newest last: bounded in entries, and in bytes of what they name."""

    def __init__(self, limit: int, memory: int) -> None:
        self.times: deque[float] = deque(maxlen=limit)
        """Unix seconds, entry for entry as `happenings`."""
        self.happenings: deque[Happening] = deque(maxlen=limit)
        self.total = 0
        """Entries ever written."""
        self.left_out = 0
        """Tasks on processors that are not in the log: the sum of all `TasksLeftOut` ever written."""
        self._memory_limit = memory
        self._memory = 0
        self._charges: deque[_Charge] = deque()

    def __len__(self) -> int:
        return len(self.happenings)

    @property
    def shed(self) -> int:
        """Entries that fell out."""
        return self.total - len(self.happenings)

    def write(self, what: Happening, now: float) -> None:
        """Append one entry."""
        self.times.append(now)
        self.happenings.append(what)
        self.total += 1
        self.charge(_memory_of(what))

    def write_all(self, what: Sequence[Happening], now: float) -> None:
        """Append entries of one moment, in their order."""
        self.times.extend(repeat(now, len(what)))
        self.happenings.extend(what)
        self.total += len(what)
        self.charge(sum(map(_memory_of, what)))

    def charge(self, memory: int) -> None:
        """Say how much what the latest entries name takes; the oldest leave when it is too much in all."""
        if not memory:
            return
        charges = self._charges
        if not charges or charges[-1].memory >= _CHARGED_TOGETHER:
            charges.append(_Charge())
        charges[-1].up_to = self.total
        charges[-1].memory += memory
        self._memory += memory
        while charges[0].up_to <= self.shed or (self._memory > self._memory_limit and len(charges) > 1):
            gone = charges.popleft()
            self._memory -= gone.memory
            while self.shed < gone.up_to:
                self.times.popleft()
                self.happenings.popleft()

    def trail(self, task_id: bytes) -> list[Entry]:
        """Return what is kept of one task, oldest first: transitions, processors, advice that names it."""
        found = []
        number = self.shed
        for time, what in zip(self.times, self.happenings, strict=True):
            if isinstance(what, (StateTask, StateGraphTask, TaskOnProcessor)):
                hit = what.task_id == task_id
            else:
                hit = isinstance(what, StateBalanceAdvice) and task_id in what.task_ids
            if hit:
                found.append(Entry(number, time, what))
            number += 1
        return found

    def snapshot(self) -> Events:
        """Copy; the entries are shared."""
        other = Events(0, 0)
        other.times, other.happenings = self.times.copy(), self.happenings.copy()
        other.total, other.left_out = self.total, self.left_out
        return other
