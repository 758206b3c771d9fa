"""The timeline: the tasks of each worker over time, as spans and slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.function_names import shared_name
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.name_table import UNKNOWN, NameTable, PageNameTable
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.bars import SEVERITY, TaskSpan
from scaler_monitor.model.timeline.lanes import assignment_start
from scaler_monitor.model.timeline.slices import Slices
from scaler_monitor.model.timeline.spans import ID_BYTES, SPAN, SpanBlock, SpanRing
from scaler_monitor.model.timeline.stream_window import StreamWindow
from scaler_monitor.wire.event import Capability

LASTING_SECONDS = 30.0
"""Spans of at least this length are stored individually for longer: they are drawn over several cells."""

FORGET_SECONDS = 10.0
"""Interval at which numbers of idle workers may be reused."""

_BETWEEN = ", "


def name_capabilities(capabilities: tuple[Capability, ...] | None) -> str | None:
    """Return the name of a set of capabilities: sorted and joined; "" for the empty set, None if unknown."""
    if capabilities is None:
        return None
    return _BETWEEN.join(sorted({capability.name for capability in capabilities}))


def capabilities_of(name: str) -> tuple[str, ...]:
    """Return the capabilities of a set with this name."""
    return tuple(name.split(_BETWEEN)) if name else ()


class Timeline:
    """Spans of ended tasks: the latest and the long ones individually, all others in slices.

    A span starts at `Task.started`; if that is unknown, it has no length and is at the end of the task. Task
    ids of more than 16 bytes are not stored.
    """

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.history_seconds
        self._limit = limits.spans
        self._latest = SpanRing(limits.spans)
        self._lasting = SpanRing(limits.lasting_spans)
        self._slices = Slices(limits.history_seconds)
        self.folded = 0
        """Number of spans that were aggregated in slices."""
        self.unplaced = 0
        """Number of tasks that ended without a known worker or beyond the limit of workers."""
        self._workers = NameTable(limits.timeline_workers)
        self._functions = NameTable(limits.timeline_names)
        self._capabilities = NameTable(limits.timeline_names)
        self._sets: dict[tuple[Capability, ...], int] = {}
        self._sets_limit = limits.timeline_names
        self._most_workers = limits.timeline_workers
        self._forget_at = min(1_024, limits.timeline_workers)
        self._forgot = -inf

    @property
    def workers(self) -> Sequence[str]:
        """All workers with a number, active or not."""
        return self._workers.names

    @property
    def capability_sets(self) -> Sequence[str]:
        """Names of the capability sets of all ended tasks, in the order of first appearance."""
        return self._capabilities.names

    @property
    def count(self) -> int:
        """Number of spans stored individually."""
        return self._latest.count + self._lasting.count

    def add(self, tasks: Iterable[Task]) -> None:
        """Add the spans of ended tasks."""
        rows: list[tuple[object, ...]] = []
        latest = 0.0
        numbers, functions = self._workers.numbers, self._functions.numbers
        for task in tasks:
            end = task.ended
            if task.worker is None or end is None:
                self.unplaced += 1
                continue
            worker = numbers.get(task.worker)
            if worker is None:
                if len(numbers) >= self._forget_at:
                    self._write(rows, latest)
                    rows = []
                    self._forget_idle(end)
                    numbers = self._workers.numbers
                worker = self._workers.number(task.worker)
                if worker == UNKNOWN:
                    self.unplaced += 1
                    continue
            start = end if task.started is None else min(task.started, end)
            function = functions.get(task.function or "")
            if function is None:
                function = self._functions.number(shared_name(task.function or ""))
            severity = SEVERITY.get(task.state, 0)
            sets = UNKNOWN if task.capabilities is None else self._sets.get(task.capabilities)
            if sets is None:
                sets = self._number_set(task.capabilities)
            task_id = task.id
            size = len(task_id) if len(task_id) <= ID_BYTES else 0
            rows.append((start, end, worker, sets, function, severity, size, task_id[:size]))
            latest = end
        self._write(rows, latest)

    def _write(self, rows: list[tuple[object, ...]], now: float) -> None:
        if not rows:
            return
        for block in self._latest.append(np.array(rows, SPAN)):
            lasting = block["end"] - block["start"] >= LASTING_SECONDS
            for gone in (block[~lasting], *self._lasting.append(block[lasting])):
                self._slices.fold(gone, now)
                self.folded += len(gone)

    def _forget_idle(self, now: float) -> None:
        """Free the numbers of workers without a task in the whole window."""
        if abs(now - self._forgot) < FORGET_SECONDS:
            return
        self._forgot = now
        active = np.zeros(len(self._workers.names), bool)
        self._mark_active(now - self._seconds, now + 1.0, active)
        used = np.flatnonzero(active)
        renumbered = self._workers.keep(used.tolist())
        for ring in (self._latest, self._lasting):
            ring.renumber_workers(renumbered)
        self._slices.renumber_workers(used)
        self._forget_at = min(max(1_024, 2 * len(used)), self._most_workers)

    def _number_set(self, capabilities: tuple[Capability, ...] | None) -> int:
        number = self._capabilities.number(name_capabilities(capabilities) or "")
        if capabilities is not None and len(self._sets) < self._sets_limit:
            self._sets[capabilities] = number
        return number

    def _blocks(self, start: float, end: float) -> Iterator[SpanBlock]:
        """Yield the blocks that may contain spans in the window."""
        yield from self._lasting.blocks(start, end)
        yield from self._latest.blocks(start, end)

    def _mark_active(self, start: float, end: float, active: NDArray[np.bool_]) -> None:
        for block in self._blocks(start, end):
            active[block.within(start, end)["worker"]] = True
        self._slices.mark_active(start, end, active)

    def active(self, start: float, end: float) -> list[str]:
        """Return the workers with a task in the window, accurate to a slice."""
        active = np.zeros(len(self._workers.names), bool)
        self._mark_active(start, end, active)
        return [self._workers.names[number] for number in np.flatnonzero(active).tolist()]

    def legend(self, start: float, end: float) -> list[tuple[str | None, int]]:
        """Return (name of capability set or None, number of tasks) in the window, most tasks first."""
        names = self._capabilities.names
        counts = np.zeros(len(names) + 1, np.int64)
        for block in self._blocks(start, end):
            counts[: len(block.sets)] += block.count_sets(start, end)
        self._slices.count_sets(start, end, counts)
        found = np.flatnonzero(counts)
        pairs = ((names[at - 1] if at else None, int(counts[at])) for at in found.tolist())
        return sorted(pairs, key=lambda pair: -pair[1])

    def window(
        self, start: float, end: float, workers: Sequence[str], running: Sequence[list[TaskSpan]]
    ) -> StreamWindow:
        """Return the activity of `workers` in [start, end), in unix seconds.

        `running` are the spans of open tasks for each of them.
        """
        numbers = np.array([self._workers.numbers.get(worker, UNKNOWN) for worker in workers], np.int64)
        numbers[numbers >= len(self._workers.names)] = UNKNOWN
        known = np.unique(numbers[numbers >= 0]).astype(np.int32)
        place_of = np.full(len(self._workers.names), UNKNOWN)
        place_of[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
        sets, functions = PageNameTable(self._capabilities), PageNameTable(self._functions)
        since = assignment_start(start)
        rows = [block.of_workers(known, since, end) for block in self._blocks(since, end)]
        places = [place_of[found["worker"]] for found in rows]
        begun = [
            (
                span.start,
                span.end,
                UNKNOWN,
                sets.number(span.capabilities),
                functions.number(span.function),
                SEVERITY[span.state],
                len(span.task_id) if len(span.task_id) <= ID_BYTES else 0,
                span.task_id[:ID_BYTES],
            )
            for spans in running
            for span in spans
        ]
        rows.append(np.array(begun, SPAN))
        places.append(np.repeat(np.arange(len(workers)), [len(spans) for spans in running]))
        folded = self._slices.find_cells(start, end, numbers)
        return StreamWindow(
            start,
            end,
            len(workers),
            np.concatenate(rows, dtype=SPAN),
            np.concatenate(places),
            folded,
            sets.name,
            functions.name,
        )

    def snapshot(self) -> Timeline:
        """Return a copy that shares large parts, which are copied before they change."""
        other = Timeline.__new__(Timeline)
        capabilities = self._capabilities.snapshot()
        capabilities.names = [*capabilities.names]  # `capability_sets` is the whole list
        other.__dict__.update(self.__dict__, _capabilities=capabilities)
        for name in ("_latest", "_lasting", "_slices", "_workers", "_functions"):
            setattr(other, name, getattr(self, name).snapshot())
        return other
