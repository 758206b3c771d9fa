"""The timeline: which worker worked on what, and when, merged to what a screen can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.bars import SEVERITY, Span
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import Capability

SPAN = np.dtype(
    [
        ("worker", np.int32),
        ("start", np.float64),
        ("end", np.float64),
        ("severity", np.uint8),
        ("capabilities", np.int16),
        ("function", np.int16),
        ("id_size", np.uint8),
        ("id", "V16"),
    ]
)
UNKNOWN = -1
_STATES = sorted(SEVERITY, key=SEVERITY.__getitem__)


class Names:
    """Names by number, bounded: beyond the limit all get the number UNKNOWN."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of a name, giving it one where there is room."""
        number = self.numbers.get(name)
        if number is None:
            if len(self.names) >= self._limit:
                return UNKNOWN
            number = self.numbers[name] = len(self.names)
            self.names.append(name)
        return number

    def name(self, number: int) -> str | None:
        """Return the name of a number; None for UNKNOWN."""
        return self.names[number] if number >= 0 else None

    def keep(self, used: Sequence[int]) -> NDArray[np.int32]:
        """Forget the names not in `used` (ascending); returns the new number by the old one."""
        renumbered = np.full(len(self.names), UNKNOWN, np.int32)
        renumbered[list(used)] = np.arange(len(used))
        self.names = [self.names[number] for number in used]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        return renumbered

    def copy(self) -> Names:
        """Return a table of its own with the same names."""
        other = Names(self._limit)
        other.names, other.numbers = self.names.copy(), self.numbers.copy()
        return other


def name_capabilities(capabilities: tuple[Capability, ...] | None) -> str | None:
    """Return one name for a set of capabilities: theirs, sorted; "" for none, None for unknown."""
    if capabilities is None:
        return None
    return ", ".join(sorted({capability.name for capability in capabilities}))


class Timeline:
    """Spans of ended tasks, each kept by itself; the earliest written leave first.

    A span begins where a profile or a processor said that the task began; where nobody said, it is a mark
    without length at its end. Task ids of more than 16 bytes are not kept.
    """

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.history_seconds
        self._limit = limits.spans
        self._spans: NDArray[np.void] = np.zeros(min(4_096, limits.spans), SPAN)
        self._next = 0
        self.count = 0
        """Spans held."""
        self.shed = 0
        """Spans that fell out for want of room while younger than the window."""
        self.unplaced = 0
        """Tasks that ended without a worker known, or beyond the limit of workers."""
        self._workers = Names(limits.timeline_workers)
        self._functions = Names(limits.timeline_names)
        self._capabilities = Names(limits.timeline_names)
        self._sets: dict[tuple[Capability, ...], int] = {}
        self._sets_limit = limits.timeline_names

    def add(self, tasks: Iterable[Task]) -> None:
        """Write the spans of tasks that ended."""
        rows = []
        latest = 0.0
        for task in tasks:
            end = task.ended
            if task.worker is None or end is None:
                self.unplaced += 1
                continue
            worker = self._workers.numbers.get(task.worker)
            if worker is None:
                worker = self._number_worker(task.worker, end)
                if worker == UNKNOWN:
                    self.unplaced += 1
                    continue
            start = end if task.started is None else min(task.started, end)
            function = self._functions.number(task.function or "")
            severity = SEVERITY.get(task.state, 0)
            size = len(task.id) if len(task.id) <= 16 else 0
            capabilities = self._number_set(task.capabilities)
            rows.append((worker, start, end, severity, capabilities, function, size, task.id[:16]))
            latest = max(latest, end)
        for at in range(0, len(rows), self._limit):
            self._write(np.array(rows[at : at + self._limit], SPAN), latest)

    def _write(self, rows: NDArray[np.void], now: float) -> None:
        size = len(self._spans)
        if self.count + len(rows) > size and size < self._limit:
            grown = np.zeros(min(self._limit, max(2 * size, self.count + len(rows))), SPAN)
            grown[: self.count] = self._spans[: self.count]
            self._spans, self._next, size = grown, self.count % len(grown), len(grown)
        first = min(len(rows), size - self._next)
        over = self.count + len(rows) - size
        if over > 0:
            places = (self._next + np.arange(over)) % size
            self.shed += int((self._spans["end"][places] > now - self._seconds).sum())
        self._spans[self._next : self._next + first] = rows[:first]
        self._spans[: len(rows) - first] = rows[first:]
        self._next = (self._next + len(rows)) % size
        self.count = min(size, self.count + len(rows))

    def _number_worker(self, worker: str, now: float) -> int:
        number = self._workers.number(worker)
        if number == UNKNOWN:
            held = self._spans[: self.count]
            young = held["worker"][held["end"] > now - self._seconds]
            renumbered = self._workers.keep(np.unique(young[young >= 0]).tolist())
            known = held["worker"] >= 0
            held["worker"][known] = renumbered[held["worker"][known]]
            number = self._workers.number(worker)
        return number

    def _number_set(self, capabilities: tuple[Capability, ...] | None) -> int:
        if capabilities is None:
            return UNKNOWN
        number = self._sets.get(capabilities)
        if number is None:
            number = self._capabilities.number(name_capabilities(capabilities) or "")
            if len(self._sets) < self._sets_limit:
                self._sets[capabilities] = number
        return number

    def _within(self, start: float, end: float) -> NDArray[np.void]:
        held = self._spans[: self.count]
        found: NDArray[np.void] = held[(held["end"] >= start) & (held["start"] < end) & (held["worker"] >= 0)]
        return found

    def active(self, start: float, end: float) -> list[str]:
        """Return the workers with a span in the window."""
        numbers = np.unique(self._within(start, end)["worker"]).tolist()
        return [self._workers.names[number] for number in numbers]

    def legend(self, start: float, end: float) -> list[tuple[str | None, int]]:
        """Return the capability sets of the window by name with their tasks, most first; None is unknown."""
        numbers, counts = np.unique(self._within(start, end)["capabilities"], return_counts=True)
        pairs = zip(numbers.tolist(), counts.tolist(), strict=True)
        return sorted(((self._capabilities.name(n), c) for n, c in pairs), key=lambda pair: -pair[1])

    def spans(self, start: float, end: float, workers: Sequence[str]) -> list[list[Span]]:
        """Return the spans that touch [start, end], for each of `workers`, the earliest begun first."""
        lanes: list[list[Span]] = [[] for _ in workers]
        table = np.full(len(self._workers.names) + 1, UNKNOWN, np.int32)
        for lane, worker in enumerate(workers):
            number = self._workers.numbers.get(worker)
            if number is not None:
                table[number] = lane
        found = self._within(start, end)
        lane_of = table[found["worker"]]
        wanted = lane_of >= 0
        found, lane_of = found[wanted], lane_of[wanted]
        order = np.lexsort((found["start"], lane_of))
        rows = zip(lane_of[order].tolist(), found[order].tolist(), strict=True)
        for lane, (_, begin, stop, severity, capabilities, function, size, task_id) in rows:
            lanes[lane].append(
                Span(
                    begin,
                    stop,
                    _STATES[severity],
                    self._capabilities.name(capabilities),
                    self._functions.name(function),
                    bytes(task_id[:size]),
                )
            )
        return lanes

    def freeze(self) -> Timeline:
        """Copy."""
        other = Timeline.__new__(Timeline)
        other.__dict__.update(
            self.__dict__,
            _spans=self._spans.copy(),
            _workers=self._workers.copy(),
            _functions=self._functions.copy(),
            _capabilities=self._capabilities.copy(),
            _sets=self._sets.copy(),
        )
        return other
