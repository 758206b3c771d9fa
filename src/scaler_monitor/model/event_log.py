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
    disconnected: bool  # in a StateWorker; otherwise a report no longer has it
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


LogEvent = (
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


class LogEntry(NamedTuple):
    """One entry of the log."""

    number: int  # counts from 0 since the start of this monitor
    time: float  # unix seconds
    event: LogEvent


class _MemoryBlock:
    """What entries that came one after the other name: up to which number of entries ever written."""

    __slots__ = ("memory", "up_to")

    def __init__(self) -> None:
        self.memory = self.up_to = 0


_BLOCK_BYTES = 1 << 16
"""Bytes of entries that leave together."""


def _memory_of(what: LogEvent) -> int:
    """Return about how many bytes of memory an entry takes beside that of a StateTask's."""
    return sum(getsizeof(each) if isinstance(each, str | bytes) else _ids_memory(each) for each in what)


def _ids_memory(field: object) -> int:
    return sum(map(getsizeof, field)) if isinstance(field, tuple) else 0


class EventLog:
    """The log, newest last: bounded in entries, and in bytes of what they name."""

    def __init__(self, limit: int, memory: int) -> None:
        self.times: deque[float] = deque(maxlen=limit)
        """Unix seconds, entry for entry as `entries`."""
        self.entries: deque[LogEvent] = deque(maxlen=limit)
        self.total = 0
        """Entries ever written."""
        self.left_out = 0
        """Tasks on processors that are not in the log: the sum of all `TasksLeftOut` ever written."""
        self._memory_limit = memory
        self._memory = 0
        self._memory_blocks: deque[_MemoryBlock] = deque()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def shed(self) -> int:
        """Entries that fell out."""
        return self.total - len(self.entries)

    def write(self, what: LogEvent, now: float) -> None:
        """Append one entry."""
        self.times.append(now)
        self.entries.append(what)
        self.total += 1
        self.add_memory(_memory_of(what))

    def write_all(self, what: Sequence[LogEvent], now: float) -> None:
        """Append entries of one moment, in their order."""
        self.times.extend(repeat(now, len(what)))
        self.entries.extend(what)
        self.total += len(what)
        self.add_memory(sum(map(_memory_of, what)))

    def add_memory(self, memory: int) -> None:
        """Say how much what the latest entries name takes; the oldest leave when it is too much in all."""
        if not memory:
            return
        charges = self._memory_blocks
        if not charges or charges[-1].memory >= _BLOCK_BYTES:
            charges.append(_MemoryBlock())
        charges[-1].up_to = self.total
        charges[-1].memory += memory
        self._memory += memory
        while charges[0].up_to <= self.shed or (self._memory > self._memory_limit and len(charges) > 1):
            gone = charges.popleft()
            self._memory -= gone.memory
            while self.shed < gone.up_to:
                self.times.popleft()
                self.entries.popleft()

    def task_entries(self, task_id: bytes) -> list[LogEntry]:
        """Return what is kept of one task, oldest first: transitions, processors, advice that names it."""
        found = []
        number = self.shed
        for time, what in zip(self.times, self.entries, strict=True):
            if isinstance(what, (StateTask, StateGraphTask, TaskOnProcessor)):
                hit = what.task_id == task_id
            else:
                hit = isinstance(what, StateBalanceAdvice) and task_id in what.task_ids
            if hit:
                found.append(LogEntry(number, time, what))
            number += 1
        return found

    def snapshot(self) -> EventLog:
        """Copy; the entries are shared."""
        other = EventLog(0, 0)
        other.times, other.entries = self.times.copy(), self.entries.copy()
        other.total, other.left_out = self.total, self.left_out
        return other
