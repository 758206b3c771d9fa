"""Spans and folded cells to bars, all lanes of a page at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.bars import SEVERITY, Bar
from scaler_monitor.model.timeline.cell_shares import (
    Floats,
    Grid,
    Ints,
    PlacedFolded,
    PlacedSpans,
    place_folded,
    place_spans,
)
from scaler_monitor.model.timeline.slices import Folded
from scaler_monitor.model.timeline.spans import ID_BYTES, Rows
from scaler_monitor.model.timeline.union import time_covered

STATES = sorted(SEVERITY, key=SEVERITY.__getitem__)
BUSY_STEPS = 8
"""Merged neighbours become one bar only while so many steps of business do not tell them apart."""
TOLD_APART = 64
"""Capability sets, and functions, compared on one page; the rarest beyond these count as one of them."""
_DONE, _CANCELED, _FAILED = SEVERITY["success"], SEVERITY["canceledNotFound"], SEVERITY["failed"]


def merge_to_bars(
    grid: Grid,
    rows: Rows,
    lane: Ints,
    folded: Folded,
    capabilities: Callable[[int], str | None],
    functions: Callable[[int], str | None],
) -> list[list[Bar]]:
    """Return the bars of each lane, left to right, no two in one cell; every span is in at least one.

    Spans are ordered by lane, then by start; `lane` is that of each. Cells in which the same tasks are make
    one bar; so do neighbours with several tasks that look alike, unless something failed or was canceled in
    them.
    """
    folded, slices = place_folded(grid, folded)
    if not grid.size or not len(rows) + len(folded.lane):
        return [[] for _ in range(grid.lanes)]
    crowded = np.bincount(slices.shares.cell, minlength=grid.size) > 0
    spans = place_spans(grid, rows, lane, ~crowded)
    sets = _Named(rows["capabilities"], folded.cells["capabilities"])
    seconds = sets.seconds(spans, slices, spans.shares.cell, slices.shares.cell, grid.size)
    every = np.arange(grid.size)
    lefts: Floats = np.add(grid.start, every % grid.cells * grid.width, dtype=np.float64)
    worked = time_covered(lane, rows["start"], rows["end"], every // grid.cells, lefts, grid.width)
    look = _look(grid, rows, folded, spans, slices, crowded, worked)
    joined = _joined(grid, look, seconds.argmax(axis=1))

    cells = np.flatnonzero(look.occupied)
    heads = np.flatnonzero(~joined[cells])
    first, last = cells[heads], cells[np.append(heads[1:], len(cells)) - 1]
    bar_of = np.zeros(grid.size, np.int64)
    bar_of[cells] = np.cumsum(~joined[cells]) - 1

    def total(values: Floats) -> Floats:
        sums: Floats = np.add.reduceat(values[cells], heads)
        return sums

    tasks = np.maximum(np.rint(look.touched[first] + total(look.begun) - look.begun[first]), 1)
    calls = _Named(rows["function"], folded.cells["function"])
    of_spans, of_slices = bar_of[spans.shares.cell], bar_of[slices.shares.cell]
    at, only = look.latest[last], look.solo[first]
    ids, took = _only_tasks(rows, at, only)
    groups = sets.codes[np.add.reduceat(seconds[cells], heads, axis=0).argmax(axis=1)]
    called = calls.codes[calls.seconds(spans, slices, of_spans, of_slices, len(heads)).argmax(axis=1)]
    groups[only], called[only] = rows["capabilities"][at[only]], rows["function"][at[only]]
    set_names = {code: capabilities(code) for code in set(groups.tolist())}
    call_names = {code: functions(code) for code in set(called.tolist())}
    columns = BarColumns(
        first_cell=(first % grid.cells).tolist(),
        last_cell=(last % grid.cells).tolist(),
        tasks=tasks.astype(np.int64).tolist(),
        state=map(STATES.__getitem__, np.maximum.reduceat(look.state[cells], heads).tolist()),
        capabilities=map(set_names.__getitem__, groups.tolist()),
        function=map(call_names.__getitem__, called.tolist()),
        task_id=ids,
        busy=np.minimum(total(look.busy) / ((last - first + 1) * grid.width), 1.0).tolist(),
        ended=total(look.ended).astype(np.int64).tolist(),
        failed=total(look.failed).astype(np.int64).tolist(),
        canceled=total(look.canceled).astype(np.int64).tolist(),
        seconds=took,
    )
    bars = list(starmap(Bar, zip(*columns, strict=True)))
    ends = np.searchsorted(first, np.arange(grid.lanes + 1) * grid.cells).tolist()
    return [bars[begin:end] for begin, end in pairwise(ends)]


class BarColumns(NamedTuple):
    """The fields of many bars, in the order of `Bar`."""

    first_cell: Iterable[int]
    last_cell: Iterable[int]
    tasks: Iterable[int]
    state: Iterable[str]
    capabilities: Iterable[str | None]
    function: Iterable[str | None]
    task_id: Iterable[bytes]
    busy: Iterable[float]
    ended: Iterable[int]
    failed: Iterable[int]
    canceled: Iterable[int]
    seconds: Iterable[float | None]


@dataclass(frozen=True, slots=True)
class _Look:
    """What is in each cell of a grid: arrays of one entry a cell."""

    occupied: NDArray[np.bool_]
    solo: NDArray[np.bool_]  # one span, and nothing else
    opens: NDArray[np.bool_]  # something begins to be drawn here
    closes: NDArray[np.bool_]  # something is drawn for the last time
    touched: Floats  # tasks in it
    begun: Floats  # those that are in no earlier cell
    ended: Floats  # those that ended in it
    failed: Floats
    canceled: Floats
    busy: Floats  # seconds
    latest: Ints  # the span that began last; -1 for none
    state: Ints  # SEVERITY


def _look(
    grid: Grid,
    rows: Rows,
    folded: Folded,
    spans: PlacedSpans,
    slices: PlacedFolded,
    crowded: NDArray[np.bool_],
    worked: Floats,
) -> _Look:
    """Add up what is in each cell; `crowded` are those with folded work."""

    def count(cells: Ints, weights: NDArray[np.generic] | None = None) -> Floats:
        return np.bincount(cells, weights, minlength=grid.size).astype(np.float64)

    cell, item = spans.shares.cell, spans.shares.item
    severity = rows["severity"].astype(np.int64)
    begun, ended = count(spans.first), count(spans.last)
    touched = np.cumsum(begun) - np.cumsum(ended) + ended
    solo = (touched == 1) & ~crowded
    latest = np.full(grid.size, -1)
    latest[cell] = item  # of several the last one, which begins last
    drawn = slices.ends >= 0
    slice_ends, ended_slices = slices.ends[drawn], folded.cells[drawn]
    worst = np.full(grid.size, -1)
    np.maximum.at(worst, spans.last, severity)
    marked, marks = slices.marked
    np.maximum.at(worst, marks, folded.cells["severity"][marked].astype(np.int64))
    standing = np.where(crowded, _DONE, -1)
    np.maximum.at(standing, cell, np.minimum(severity, _DONE)[item])
    state = np.where(worst >= 0, worst, standing)
    state[solo] = severity[latest[solo]]
    return _Look(
        solo | crowded | (touched > 0),
        solo,
        (begun > 0) | (count(slices.first) > 0),
        (ended > 0) | (count(slices.last) > 0),
        touched + count(slices.shares.cell, slices.tasks),
        begun + count(slices.shares.cell, slices.begun),
        count(spans.last[severity >= _DONE]) + count(slice_ends, ended_slices["ended"]),
        count(spans.last[severity >= _FAILED]) + count(slice_ends, ended_slices["failed"]),
        count(spans.last[(severity >= _CANCELED) & (severity < _FAILED)])
        + count(slice_ends, ended_slices["canceled"]),
        worked + count(slices.shares.cell, slices.busy),
        latest,
        state,
    )


def _joined(grid: Grid, look: _Look, leading: Ints) -> NDArray[np.bool_]:
    """Say which cells belong to the bar of their left neighbour."""
    step = np.minimum(look.busy / grid.width * BUSY_STEPS, BUSY_STEPS - 1).astype(np.int64)
    same = ~look.opens[1:] & ~look.closes[:-1]
    merged = ~look.solo[1:] & ~look.solo[:-1] & (look.state[1:] <= _DONE)
    alike = np.ones(grid.size - 1, bool)
    for values in (look.state, leading, step):
        alike &= values[1:] == values[:-1]
    joined = np.zeros(grid.size, bool)
    joined[1:] = look.occupied[1:] & look.occupied[:-1] & (same | (merged & alike))
    joined[:: grid.cells] = False
    return joined


def _only_tasks(rows: Rows, at: Ints, only: NDArray[np.bool_]) -> tuple[list[bytes], list[float | None]]:
    """Return the ids of the spans, and how long those took that are the only one of their bar."""
    if not len(rows):
        return [b""] * len(at), [None] * len(at)
    sizes = np.where(at >= 0, rows["id_size"][at], 0)
    raw = rows["id"][at].tobytes()
    begins = np.arange(len(at)) * ID_BYTES
    ids = [raw[begin:end] for begin, end in zip(begins.tolist(), (begins + sizes).tolist(), strict=True)]
    seconds = (rows["end"] - rows["start"])[at]
    known = (only & (seconds > 0.0)).tolist()
    return ids, [one if there else None for one, there in zip(seconds.tolist(), known, strict=True)]


class _Named:
    """The numbers of names that are on a page, the most frequent ones, counted from 0."""

    def __init__(self, spans: NDArray[np.int16], folded: NDArray[np.int16]) -> None:
        codes, places, counts = np.unique(
            np.concatenate((spans, folded)), return_inverse=True, return_counts=True
        )
        rank = np.argsort(-counts, kind="stable")
        self.codes: Ints = codes[rank[:TOLD_APART]].astype(np.int64)
        new = np.empty(len(codes), np.int64)
        new[rank] = np.minimum(np.arange(len(codes)), TOLD_APART - 1)
        places = new[places]
        self._of_spans, self._of_folded = places[: len(spans)], places[len(spans) :]

    def seconds(
        self, spans: PlacedSpans, slices: PlacedFolded, of_spans: Ints, of_slices: Ints, size: int
    ) -> Floats:
        """Sum the seconds of each name into `size` rows, which are given for each share."""
        wide = len(self.codes)
        span_keys = of_spans * wide + self._of_spans[spans.shares.item]
        slice_keys = of_slices * wide + self._of_folded[slices.shares.item]
        sums: Floats = np.bincount(span_keys, spans.shares.seconds, minlength=size * wide).astype(np.float64)
        sums += np.bincount(slice_keys, slices.shares.seconds, minlength=size * wide)
        return sums.reshape(size, wide)
