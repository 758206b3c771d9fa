"""The log of state changes in order of arrival; append-only."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import repeat
from sys import getsizeof
from typing import NamedTuple

from scaler_monitor.wire.event import StateBalanceAdvice, StateGraphTask, StateTask, StateWorker


class WorkerSeen(NamedTuple):
    """A worker is in a report for the first time, without a StateWorker message before."""

    worker: str


class WorkerLeft(NamedTuple):
    """A worker departed; its tasks are those of the last report that contained it."""

    worker: str
    disconnected: bool  # by a StateWorker message; otherwise it is missing in a report
    manager: str | None
    tasks: int  # sent to it and not ended
    on_processors: int  # number of those on processors


class ManagerSeen(NamedTuple):
    """A manager is in a report for the first time, or no longer."""

    manager: str
    connected: bool
    workers: int = 0  # of a departed manager, in the last report that contained it


class TaskOnProcessor(NamedTuple):
    """A task is on a processor for the first time, or was suspended or resumed there."""

    task_id: bytes
    worker: str
    state: str  # running or suspended


class TasksLeftOut(NamedTuple):
    """A report contained more tasks on processors than are logged; `tasks` were omitted."""

    tasks: int


class FeedSeen(NamedTuple):
    """The connection to the scheduler was opened or lost."""

    connected: bool


class SchedulerRestarted(NamedTuple):
    """The scheduler's totals were reset: it restarted."""


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

    number: int  # sequence number since the monitor started, from 0
    time: float  # unix seconds
    event: LogEvent


class _MemoryBlock:
    """Bytes of consecutive entries, and `EventLog.total` after the last of them."""

    __slots__ = ("memory", "up_to")

    def __init__(self) -> None:
        self.memory = self.up_to = 0


_BLOCK_BYTES = 1 << 16
"""Memory is accounted for in blocks of at least this size; a block is evicted as a whole."""


def _memory_of(event: LogEvent) -> int:
    """Return the approximate bytes of the fields of an event."""
    return sum(getsizeof(each) if isinstance(each, str | bytes) else _ids_memory(each) for each in event)


def _ids_memory(field: object) -> int:
    return sum(map(getsizeof, field)) if isinstance(field, tuple) else 0


class EventLog:
    """The log, newest last; bounded in entries and in bytes of their names, ids and lists."""

    def __init__(self, limit: int, memory: int) -> None:
        self.times: deque[float] = deque(maxlen=limit)
        """Unix seconds of each of `entries`."""
        self.entries: deque[LogEvent] = deque(maxlen=limit)
        self.total = 0
        """Number of entries written so far."""
        self.left_out = 0
        """Number of tasks on processors that were not logged: the sum of all `TasksLeftOut`."""
        self._memory_limit = memory
        self._memory = 0
        self._memory_blocks: deque[_MemoryBlock] = deque()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def evicted(self) -> int:
        """Number of entries evicted."""
        return self.total - len(self.entries)

    def write(self, event: LogEvent, now: float) -> None:
        """Append one entry."""
        self.times.append(now)
        self.entries.append(event)
        self.total += 1
        self.add_memory(_memory_of(event))

    def write_all(self, events: Sequence[LogEvent], now: float) -> None:
        """Append entries with the same time, in order."""
        self.times.extend(repeat(now, len(events)))
        self.entries.extend(events)
        self.total += len(events)
        self.add_memory(sum(map(_memory_of, events)))

    def add_memory(self, memory: int) -> None:
        """Account for `memory` bytes of the latest entries; evict the oldest beyond the limit."""
        if not memory:
            return
        blocks = self._memory_blocks
        if not blocks or blocks[-1].memory >= _BLOCK_BYTES:
            blocks.append(_MemoryBlock())
        blocks[-1].up_to = self.total
        blocks[-1].memory += memory
        self._memory += memory
        while blocks[0].up_to <= self.evicted or (self._memory > self._memory_limit and len(blocks) > 1):
            gone = blocks.popleft()
            self._memory -= gone.memory
            while self.evicted < gone.up_to:
                self.times.popleft()
                self.entries.popleft()

    def task_entries(self, task_id: bytes) -> list[LogEntry]:
        """Return the entries about one task, oldest first: transitions, processors, and balance advice."""
        found = []
        number = self.evicted
        for time, event in zip(self.times, self.entries, strict=True):
            if isinstance(event, (StateTask, StateGraphTask, TaskOnProcessor)):
                hit = event.task_id == task_id
            else:
                hit = isinstance(event, StateBalanceAdvice) and task_id in event.task_ids
            if hit:
                found.append(LogEntry(number, time, event))
            number += 1
        return found

    def snapshot(self) -> EventLog:
        """Return a read-only copy; the entries are shared."""
        other = EventLog(0, 0)
        other.times, other.entries = self.times.copy(), self.entries.copy()
        other.total, other.left_out = self.total, self.left_out
        return other
