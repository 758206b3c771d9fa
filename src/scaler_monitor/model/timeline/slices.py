"""Aggregates spans that are not stored individually: one cell per worker and slice of ten seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.bars import SEVERITY
from scaler_monitor.model.timeline.cells import CELL, SLICE_SECONDS, Cells, PackedCells
from scaler_monitor.model.timeline.interval_union import time_covered
from scaler_monitor.model.timeline.spans import Rows

_MOST = np.iinfo(np.uint16).max
_MARK_SECONDS = 1e-3
"""Weight of a task without duration, for finding the dominant names."""

PACKED_SLICES = 6
"""Slices are packed when they are this many slices old: few spans are that long."""


class Slice:
    """The cells of all workers for ten seconds."""

    __slots__ = ("_cells", "_tried", "sets", "shared")

    def __init__(self) -> None:
        self._cells: Cells | PackedCells = np.zeros(0, CELL)
        self._tried = False  # to pack them since the last change
        self.sets: NDArray[np.int64] = np.zeros(1, np.int64)
        """Number of tasks that ended in it, by number of the capability set + 1 (0 is unknown)."""
        self.shared = False
        """Whether a snapshot shares it, so that it must not change."""

    def __len__(self) -> int:
        """Return the number of cells: those of the workers with smaller numbers."""
        cells = self._cells
        return len(cells.kind) if isinstance(cells, PackedCells) else len(cells)

    def take(self, workers: NDArray[np.int64]) -> Cells:
        """Return the cells of the workers with these numbers."""
        cells = self._cells
        return cells.take(workers) if isinstance(cells, PackedCells) else cells[workers]

    def has_tasks(self) -> NDArray[np.bool_]:
        """Return by number of the worker whether it had a task."""
        cells = self._cells
        return cells.has_tasks() if isinstance(cells, PackedCells) else cells["tasks"] > 0

    def copy(self) -> Slice:
        """Return a copy."""
        own = Slice()
        own._cells, own.sets = self._cells, self.sets
        if isinstance(self._cells, np.ndarray):
            own._cells = self._cells.copy()
        return own

    def of_workers(self, workers: NDArray[np.int64]) -> Slice:
        """Return a copy with the cells of some workers, which are renumbered from 0."""
        own = Slice()
        cells, own.sets = self._cells, self.sets
        own._cells = cells.of_workers(workers) if isinstance(cells, PackedCells) else cells[workers]
        return own

    def writable(self, workers: int) -> Cells:
        """Return modifiable cells for at least `workers` workers."""
        cells = self._cells.unpack() if isinstance(self._cells, PackedCells) else self._cells
        if workers > len(cells):
            grown = np.zeros(max(workers, len(cells) * 5 // 4), CELL)
            grown[: len(cells)] = cells
            cells = grown
        self._cells, self._tried = cells, False
        return cells

    def packed(self) -> Slice:
        """Return a packed slice; itself if it is packed already or would not become smaller."""
        if isinstance(self._cells, PackedCells) or self._tried:
            return self
        self._tried = True
        packed = PackedCells.of(self._cells)
        if packed.nbytes >= self._cells.nbytes:
            return self
        own = Slice()
        own._cells, own.sets = packed, self.sets
        return own


class FoldedCells(NamedTuple):
    """The non-empty cells of a page; arrays with one entry per cell."""

    lane: NDArray[np.int64]
    left: NDArray[np.float64]  # start of the slice in unix seconds
    cells: Cells  # CELL


class Slices:
    """The slices of the last `seconds`, by number: unix seconds / SLICE_SECONDS."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: dict[int, Slice] = {}

    def __len__(self) -> int:
        return len(self._held)

    def fold(self, rows: Rows, now: float) -> None:
        """Add spans; those of unknown workers are ignored.

        The busy time of overlapping tasks of a worker is that of their union within one call; several calls
        add up, to at most the length of the slice.
        """
        rows = rows[rows["worker"] >= 0]
        if not len(rows):
            return
        rows = rows[np.lexsort((rows["start"], rows["worker"]))]
        workers, numbers, cells = _cells_of(rows, self._seconds)
        ended = np.floor(rows["end"] / SLICE_SECONDS).astype(np.int64)
        sets = rows["capabilities"].astype(np.int64) + 1
        for number in np.unique(np.concatenate((numbers, ended))).tolist():
            target = self._writable(number)
            here = numbers == number
            if here.any():
                _add(target.writable(int(workers[here][-1]) + 1), workers[here], cells[here])
            counts = np.bincount(sets[ended == number], minlength=len(target.sets))
            counts[: len(target.sets)] += target.sets
            target.sets = counts
        self._forget(now)
        self._pack(int(np.max(numbers)) - PACKED_SLICES)

    def _writable(self, number: int) -> Slice:
        held = self._held.get(number)
        if held is None or held.shared:
            held = self._held[number] = Slice() if held is None else held.copy()
        return held

    def _pack(self, before: int) -> None:
        for number, held in self._held.items():
            if number < before:
                self._held[number] = held.packed()

    def _forget(self, now: float) -> None:
        """Remove the slices farthest from `now` beyond the limit; it holds even if the clock jumps."""
        last = int(now // SLICE_SECONDS)
        most = int(self._seconds / SLICE_SECONDS) + 2
        if len(self._held) > most:
            for number in sorted(self._held, key=lambda number: -abs(last - number))[
                : len(self._held) - most
            ]:
                del self._held[number]

    def _within(self, start: float, end: float) -> Iterator[tuple[int, Slice]]:
        for number, held in self._held.items():
            if start < (number + 1) * SLICE_SECONDS and number * SLICE_SECONDS < end:
                yield number, held

    def find_cells(self, start: float, end: float, workers: NDArray[np.int64]) -> FoldedCells:
        """Return the cells in the window for these numbers of workers, one per lane; -1 for no worker."""
        lanes: list[NDArray[Any]] = [np.zeros(0, np.int64)]
        lefts: list[NDArray[np.float64]] = [np.zeros(0)]
        found: list[NDArray[np.void]] = [np.zeros(0, CELL)]
        known = np.flatnonzero(workers >= 0)
        for number, held in self._within(start, end):
            lane = known[workers[known] < len(held)]
            cells = held.take(workers[lane])
            filled = cells["tasks"] > 0
            lanes.append(lane[filled])
            found.append(cells[filled])
            lefts.append(np.full(len(lanes[-1]), number * SLICE_SECONDS))
        return FoldedCells(np.concatenate(lanes), np.concatenate(lefts), np.concatenate(found, dtype=CELL))

    def mark_active(self, start: float, end: float, active: NDArray[np.bool_]) -> None:
        """Set `active` for the numbers of workers with a task in the window."""
        for _, held in self._within(start, end):
            has_task = held.has_tasks()[: len(active)]
            active[: len(has_task)] |= has_task

    def count_sets(self, start: float, end: float, counts: NDArray[np.int64]) -> None:
        """Add `Slice.sets` to `counts` for the slices whose middle is in the window."""
        half = SLICE_SECONDS / 2
        for _, held in self._within(start + half, end - half):
            counts[: len(held.sets)] += held.sets

    def renumber_workers(self, used: NDArray[np.int64]) -> None:
        """Keep only the workers in `used` (ascending), which are renumbered from 0."""
        for number, held in self._held.items():
            self._held[number] = held.of_workers(used[used < len(held)])

    def snapshot(self) -> Slices:
        """Return a copy that shares the slices: a shared slice is copied before it changes."""
        other = Slices(self._seconds)
        for held in self._held.values():
            held.shared = True
        other._held = self._held.copy()
        return other


def _cells_of(rows: Rows, seconds: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Cells]:
    """Return worker, slice and contents of the cells for spans that are ordered by worker and start."""
    worker, end = rows["worker"].astype(np.int64), rows["end"]
    start = np.maximum(rows["start"], end - seconds)
    first = np.floor(start / SLICE_SECONDS).astype(np.int64)
    last = np.floor(end / SLICE_SECONDS).astype(np.int64)
    last_touched = last - ((last > first) & (end <= last * SLICE_SECONDS))
    pieces = last_touched - first + 1
    span = np.repeat(np.arange(len(rows)), pieces)
    number = first[span] + np.arange(len(span)) - (np.cumsum(pieces) - pieces)[span]
    base, most = int(first.min()), int(worker[-1]) + 1
    keys, place = np.unique((number - base) * most + worker[span], return_inverse=True)
    workers, numbers, size = keys % most, keys // most + base, len(keys)

    severity, ends = rows["severity"][span], number == last_touched[span]
    failed = ends & (severity >= SEVERITY["failed"])
    canceled = ends & (severity >= SEVERITY["canceledNotFound"]) & ~failed
    left = number * SLICE_SECONDS
    share = np.minimum(end[span], left + SLICE_SECONDS) - np.maximum(start[span], left)
    share = np.maximum(share, 0.0) + _MARK_SECONDS
    cells = np.zeros(size, CELL)
    cells["busy"] = time_covered(worker, start, end, workers, numbers * SLICE_SECONDS, SLICE_SECONDS)
    for name, which in (
        ("tasks", place),
        ("begun", place[number == first[span]]),
        ("ended", place[ends]),
        ("failed", place[failed]),
        ("canceled", place[canceled]),
    ):
        cells[name] = np.minimum(np.bincount(which, minlength=size), _MOST)
    worst = np.zeros(size, np.uint8)
    np.maximum.at(worst, place[ends], severity[ends])
    cells["severity"] = worst
    for name in ("capabilities", "function"):
        cells[name], cells[name + "_lead"] = _leading(place, rows[name][span], share, size)
    return workers, numbers, cells


def _leading(
    place: NDArray[np.int64], values: NDArray[np.int16], share: NDArray[np.float64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return by place the value with the most seconds, and its lead in seconds over all others."""
    keys, group = np.unique(place * 65_536 + (values.astype(np.int64) + 32_768), return_inverse=True)
    seconds = np.bincount(group, share)
    order = np.argsort(seconds, kind="stable")
    value = np.zeros(size, np.int64)
    most = np.zeros(size)
    value[keys[order] // 65_536] = keys[order] % 65_536 - 32_768  # the last assignment has the most seconds
    most[keys[order] // 65_536] = seconds[order]
    return value, np.maximum(2 * most - np.bincount(place, share, minlength=size), 0.0)


def _add(cells: Cells, workers: NDArray[np.int64], new: Cells) -> None:
    """Add `new` to the cells of `workers`, which are distinct."""
    old = cells[workers]
    sum_ = np.zeros(len(new), CELL)
    sum_["busy"] = np.minimum(old["busy"] + new["busy"], SLICE_SECONDS)
    for name in ("tasks", "begun", "ended", "failed", "canceled"):
        sum_[name] = np.minimum(old[name].astype(np.int64) + new[name], _MOST)
    sum_["severity"] = np.maximum(old["severity"], new["severity"])
    for name in ("capabilities", "function"):
        before, lead = old[name + "_lead"].astype(np.float64), new[name + "_lead"].astype(np.float64)
        same = old[name] == new[name]
        sum_[name] = np.where(same | (before >= lead), old[name], new[name])
        sum_[name + "_lead"] = np.where(same, np.minimum(before + lead, 60_000.0), np.abs(before - lead))
    cells[workers] = sum_
