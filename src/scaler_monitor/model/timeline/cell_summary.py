"""Summarizes the contents of each cell of a page, and decides which cells form one bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.bars import SEVERITY
from scaler_monitor.model.timeline.cell_shares import Floats, Grid, Ints, PlacedFolded, PlacedSpans
from scaler_monitor.model.timeline.interval_union import time_covered
from scaler_monitor.model.timeline.slices import FoldedCells
from scaler_monitor.model.timeline.spans import Rows

BUSY_STEPS = 8
"""Neighbours are merged only if their business, rounded to this many steps, is equal."""
_DONE, _CANCELED, _FAILED = SEVERITY["success"], SEVERITY["canceledNotFound"], SEVERITY["failed"]


@dataclass(frozen=True, slots=True)
class CellSummary:
    """The contents of each cell of a grid: arrays with one entry per cell, 0 if empty."""

    occupied: NDArray[np.bool_]
    solo: NDArray[np.bool_]  # contains exactly one span
    opens: NDArray[np.bool_]  # the first cell of some item
    closes: NDArray[np.bool_]  # the last cell of some item
    touched: Floats  # number of tasks in it
    begun: Floats  # number of tasks that are in no earlier cell
    ended: Floats  # number of tasks that ended in it
    failed: Floats
    canceled: Floats
    busy: Floats  # seconds with a task
    latest: Ints  # index of the span that began last; -1 for none
    state: Ints  # SEVERITY; -1 if empty


def summarize_cells(
    grid: Grid, rows: Rows, lane: Ints, folded: FoldedCells, spans: PlacedSpans, slices: PlacedFolded
) -> CellSummary:
    """Return the contents of each cell."""

    def count(cells: Ints, weights: Ints | Floats | None = None) -> Floats:
        return np.bincount(cells, weights, minlength=grid.size).astype(np.float64)

    cell, item = spans.shares.cell, spans.shares.item
    severity = rows["severity"].astype(np.int64)
    crowded = slices.crowded(grid)
    begun, ended = count(spans.first), count(spans.last)
    touched = np.cumsum(begun) - np.cumsum(ended) + ended
    occupied, solo = crowded | (touched > 0), (touched == 1) & ~crowded
    latest = np.full(grid.size, -1)
    latest[cell] = item  # for several the last one, which begins last
    drawn = slices.ends >= 0
    slice_ends, ended_slices = slices.ends[drawn], folded.cells[drawn]
    failed, canceled = severity >= _FAILED, (severity >= _CANCELED) & (severity < _FAILED)
    return CellSummary(
        occupied=occupied,
        solo=solo,
        opens=(begun > 0) | (count(slices.first) > 0),
        closes=(ended > 0) | (count(slices.last) > 0),
        touched=touched + count(slices.shares.cell, slices.tasks),
        begun=begun + count(slices.shares.cell, slices.begun),
        ended=count(spans.last[severity >= _DONE]) + count(slice_ends, ended_slices["ended"]),
        failed=count(spans.last[failed]) + count(slice_ends, ended_slices["failed"]),
        canceled=count(spans.last[canceled]) + count(slice_ends, ended_slices["canceled"]),
        busy=_worked(grid, rows, lane, occupied) + count(slices.shares.cell, slices.busy),
        latest=latest,
        state=np.where(
            solo, severity[latest] if len(rows) else -1, _worst(grid, severity, folded, spans, slices)
        ),
    )


def _worked(grid: Grid, rows: Rows, lane: Ints, occupied: NDArray[np.bool_]) -> Floats:
    """Return by cell the seconds covered by at least one span of its lane."""
    cells = np.flatnonzero(occupied)
    lefts: Floats = np.add(grid.start, cells % grid.cells * grid.width, dtype=np.float64)
    worked = np.zeros(grid.size)
    worked[cells] = time_covered(lane, rows["start"], rows["end"], cells // grid.cells, lefts, grid.width)
    return worked


def _worst(grid: Grid, severity: Ints, folded: FoldedCells, spans: PlacedSpans, slices: PlacedFolded) -> Ints:
    """Return by cell the worst severity of tasks that ended in it; of all tasks in it if none ended."""
    worst = np.full(grid.size, -1)
    np.maximum.at(worst, spans.last, severity)
    marked, marks = slices.marked
    np.maximum.at(worst, marks, folded.cells["severity"][marked].astype(np.int64))
    open_worst = np.where(slices.crowded(grid), _DONE, -1)
    np.maximum.at(open_worst, spans.shares.cell, np.minimum(severity, _DONE)[spans.shares.item])
    return np.where(worst >= 0, worst, open_worst)


def joined_to_left(grid: Grid, look: CellSummary, dominant: Ints) -> NDArray[np.bool_]:
    """Return which cells belong to the bar of their left neighbour; `dominant` is the set of each cell."""
    step = np.minimum(look.busy / grid.width * BUSY_STEPS, BUSY_STEPS - 1).astype(np.int64)
    same = ~look.opens[1:] & ~look.closes[:-1]
    alike = ~look.solo[1:] & ~look.solo[:-1] & (look.state[1:] <= _DONE)
    for values in (look.state, dominant, step):
        alike &= values[1:] == values[:-1]
    joined = np.zeros(grid.size, bool)
    joined[1:] = look.occupied[1:] & look.occupied[:-1] & (same | alike)
    joined[:: grid.cells] = False
    return joined
