"""Merges spans and folded cells to bars, for all lanes of a page at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.bars import SEVERITY, Bar
from scaler_monitor.model.timeline.cell_shares import Floats, Grid, Ints, place_folded, place_spans
from scaler_monitor.model.timeline.cell_summary import CellSummary, joined_to_left, summarize_cells
from scaler_monitor.model.timeline.dominant_names import DominantNames
from scaler_monitor.model.timeline.slices import FoldedCells
from scaler_monitor.model.timeline.spans import ID_BYTES, Rows

STATES = sorted(SEVERITY, key=SEVERITY.__getitem__)

Name = Callable[[int], str | None]


def merge_to_bars(
    grid: Grid, rows: Rows, lane: Ints, folded: FoldedCells, capabilities: Name, functions: Name
) -> list[list[Bar]]:
    """Return the bars of each lane, left to right and without overlap; every span is in at least one.

    Spans are ordered by lane and start; `lane` is the lane of each. Neighbouring cells with the same tasks
    form one bar; so do similar cells with several tasks, unless a task failed or was canceled in them.
    """
    folded, slices = place_folded(grid, folded)
    if not grid.size or not len(rows) + len(folded.lane):
        return [[] for _ in range(grid.lanes)]
    spans = place_spans(grid, rows, lane, ~slices.crowded(grid))
    look = summarize_cells(grid, rows, lane, folded, spans, slices)
    sets, calls = (
        DominantNames(rows[name], folded.cells[name], spans, slices, ~look.solo)
        for name in ("capabilities", "function")
    )
    runs = Runs.of(look, joined_to_left(grid, look, sets.dominant(np.arange(grid.size), grid.size)))
    size, latest, only = len(runs.first), look.latest[runs.last], look.solo[runs.first]
    set_codes, call_codes = sets.dominant(runs.of_cell, size), calls.dominant(runs.of_cell, size)
    set_codes[only], call_codes[only] = (rows[name][latest[only]] for name in ("capabilities", "function"))
    columns = BarColumns(
        first_cell=(runs.first % grid.cells).tolist(),
        last_cell=(runs.last % grid.cells).tolist(),
        tasks=_tasks(look, runs),
        state=map(STATES.__getitem__, np.maximum.reduceat(look.state, runs.first).tolist()),
        capabilities=_named(set_codes, capabilities),
        function=_named(call_codes, functions),
        task_id=_task_ids(rows, latest),
        busy=np.minimum(runs.total(look.busy) / ((runs.last - runs.first + 1) * grid.width), 1.0).tolist(),
        ended=runs.total(look.ended).astype(np.int64).tolist(),
        failed=runs.total(look.failed).astype(np.int64).tolist(),
        canceled=runs.total(look.canceled).astype(np.int64).tolist(),
        seconds=_durations(rows, latest, only),
    )
    # as Bar._make, but without a Python call for each
    bars: list[Bar] = list(map(partial(tuple.__new__, Bar), zip(*columns, strict=True)))
    ends = np.searchsorted(runs.first, np.arange(grid.lanes + 1) * grid.cells).tolist()
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


class Runs(NamedTuple):
    """Runs of cells that form a bar: numbers of the first and the last cell of each."""

    first: Ints
    last: Ints
    of_cell: Ints  # the index of the run for each occupied cell

    @classmethod
    def of(cls, look: CellSummary, joined: NDArray[np.bool_]) -> Runs:
        """Split the occupied cells where a cell is not joined to its left neighbour."""
        begins = look.occupied & ~joined
        ends = look.occupied & np.append(~joined[1:], True)
        return cls(np.flatnonzero(begins), np.flatnonzero(ends), np.maximum(np.cumsum(begins) - 1, 0))

    def total(self, values: Floats) -> Floats:
        """Return the sum of a cell value for each run; values of empty cells must be 0."""
        sums: Floats = np.add.reduceat(values, self.first)
        return sums


def _tasks(look: CellSummary, runs: Runs) -> list[int]:
    """Return the number of tasks of each bar: those in its first cell, and those that begin in later ones."""
    begun_later = runs.total(look.begun) - look.begun[runs.first]
    tasks = np.maximum(np.rint(look.touched[runs.first] + begun_later), 1)
    counts: list[int] = tasks.astype(np.int64).tolist()
    return counts


def _named(codes: Ints, name: Name) -> Iterable[str | None]:
    """Return the names of numbers; each number is looked up once."""
    numbers = codes.tolist()
    names = {number: name(number) for number in set(numbers)}
    return map(names.__getitem__, numbers)


def _task_ids(rows: Rows, latest: Ints) -> list[bytes]:
    """Return the task ids of the spans with these indices; empty for -1."""
    if not len(rows):
        return [b""] * len(latest)
    ids: list[bytes] = rows["id"][latest].tolist()
    sizes = np.where(latest >= 0, rows["id_size"][latest], 0)
    for at in np.flatnonzero(sizes < ID_BYTES).tolist():
        ids[at] = ids[at][: sizes[at]]
    return ids


def _durations(rows: Rows, latest: Ints, only: NDArray[np.bool_]) -> list[float | None]:
    """Return the duration in seconds of the only span of each bar; None if unknown or several."""
    if not len(rows):
        return [None] * len(latest)
    seconds = (rows["end"] - rows["start"])[latest]
    durations = seconds.astype(object)
    durations[~only | (seconds <= 0.0)] = None
    result: list[float | None] = durations.tolist()
    return result
