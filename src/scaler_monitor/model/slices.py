"""What each worker did in each ten seconds: where spans go for which there is no room by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.bars import SEVERITY
from scaler_monitor.model.spans import Rows
from scaler_monitor.model.union import time_covered

SLICE_SECONDS = 10.0

CELL = np.dtype(
    [
        ("busy", np.float32),
        ("tasks", np.uint16),
        ("begun", np.uint16),
        ("ended", np.uint16),
        ("failed", np.uint16),
        ("canceled", np.uint16),
        ("capabilities", np.int16),
        ("function", np.int16),
        ("capabilities_lead", np.float16),
        ("function_lead", np.float16),
        ("severity", np.uint8),
    ]
)
"""One worker in one slice: seconds at work; tasks that touched it, that began in it, that ended in it, and
those of the latter that failed or were canceled; the capability set and the function with the most time, with
the seconds of their lead; the worst state of those that ended in it."""

_MOST = np.iinfo(np.uint16).max
_MARK_SECONDS = 1e-3
"""What a task without length weighs when capabilities and functions are compared."""


class Slice:
    """Ten seconds of all workers."""

    __slots__ = ("cells", "sets", "shared")

    def __init__(self) -> None:
        self.cells: NDArray[np.void] = np.zeros(0, CELL)
        """By the number of the worker, as far as there were any."""
        self.sets: NDArray[np.int64] = np.zeros(1, np.int64)
        """Tasks that ended in it, by the number of their capability set + 1 (0 is unknown)."""
        self.shared = False
        """Whether a frozen picture has it as well, so that it may not change any more."""


class Folded(NamedTuple):
    """Cells of a page that hold work, slice by slice; arrays of one entry a cell."""

    lane: NDArray[np.int64]
    left: NDArray[np.float64]  # unix seconds at which the slice begins
    cells: NDArray[np.void]  # CELL


class Slices:
    """The slices of the last `seconds`, by their number: unix seconds / SLICE_SECONDS."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: dict[int, Slice] = {}

    def __len__(self) -> int:
        return len(self._held)

    @property
    def nbytes(self) -> int:
        """Bytes of all figures held."""
        return sum(each.cells.nbytes + each.sets.nbytes for each in self._held.values())

    def fold(self, rows: Rows, now: float) -> None:
        """Add spans; those of no known worker are left out.

        Where tasks of one worker overlap, the time at work is that of their union within one call; over
        several calls it adds up, to a slice's length at most.
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
            _add(target, workers[here], cells[here])
            counts = np.bincount(sets[ended == number], minlength=len(target.sets))
            counts[: len(target.sets)] += target.sets
            target.sets = counts
        self._forget(now)

    def _writable(self, number: int) -> Slice:
        held = self._held.get(number)
        if held is None or held.shared:
            own = self._held[number] = Slice()
            if held is not None:
                own.cells, own.sets = held.cells.copy(), held.sets.copy()
            return own
        return held

    def _forget(self, now: float) -> None:
        """Drop what is too old; a clock that jumps does not make room for more slices than there are."""
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

    def look(self, start: float, end: float, workers: NDArray[np.int64]) -> Folded:
        """Return the cells in the window of the workers with these numbers, each a lane; -1 is none."""
        lanes, lefts, found = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0, CELL)]
        known = np.flatnonzero(workers >= 0)
        for number, held in self._within(start, end):
            lane = known[workers[known] < len(held.cells)]
            cells = held.cells[workers[lane]]
            filled = cells["tasks"] > 0
            lanes.append(lane[filled])
            found.append(cells[filled])
            lefts.append(np.full(len(lanes[-1]), number * SLICE_SECONDS))
        return Folded(np.concatenate(lanes), np.concatenate(lefts), np.concatenate(found))

    def mark_active(self, start: float, end: float, active: NDArray[np.bool_]) -> None:
        """Set `active` for the numbers of the workers with work in the window."""
        for _, held in self._within(start, end):
            cells = held.cells[: len(active)]
            active[: len(cells)] |= cells["tasks"] > 0

    def count_sets(self, start: float, end: float, counts: NDArray[np.int64]) -> None:
        """Add the tasks of the slices whose middle is in the window to `counts`, as Slice.sets."""
        half = SLICE_SECONDS / 2
        for number, held in self._within(start + half, end - half):
            del number
            counts[: len(held.sets)] += held.sets

    def renumber_workers(self, used: NDArray[np.int64]) -> None:
        """Keep the cells of the workers in `used` (ascending), whose numbers are now 0, 1, 2 ..."""
        for number, held in self._held.items():
            own = Slice()
            own.cells, own.sets = held.cells[used[used < len(held.cells)]], held.sets
            self._held[number] = own

    def freeze(self) -> Slices:
        """Share: a slice that is written to after this is copied first."""
        other = Slices(self._seconds)
        for held in self._held.values():
            held.shared = True
        other._held = self._held.copy()
        return other


def _cells_of(rows: Rows, seconds: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.void]]:
    """Cut spans, ordered by worker and start, into cells: worker and slice of each, and the cell."""
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
    """Return for each of `size` places the value with the most seconds, and its lead over all others."""
    keys, group = np.unique(place * 65_536 + (values.astype(np.int64) + 32_768), return_inverse=True)
    seconds = np.bincount(group, share)
    order = np.argsort(seconds, kind="stable")
    value = np.zeros(size, np.int64)
    most = np.zeros(size)
    value[keys[order] // 65_536] = keys[order] % 65_536 - 32_768  # the last one written has the most
    most[keys[order] // 65_536] = seconds[order]
    return value, np.maximum(2 * most - np.bincount(place, share, minlength=size), 0.0)


def _add(target: Slice, workers: NDArray[np.int64], new: NDArray[np.void]) -> None:
    """Add cells to those of a slice; `workers` ascend."""
    if not len(workers):
        return
    if workers[-1] >= len(target.cells):
        grown = np.zeros(max(int(workers[-1]) + 1, len(target.cells) * 5 // 4), CELL)
        grown[: len(target.cells)] = target.cells
        target.cells = grown
    old = target.cells[workers]
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
    target.cells[workers] = sum_
