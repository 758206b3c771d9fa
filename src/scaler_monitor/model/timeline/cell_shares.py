"""Which cells of a page each span and each folded cell is in, and with how much of its time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.cells import SLICE_SECONDS
from scaler_monitor.model.timeline.slices import FoldedCells
from scaler_monitor.model.timeline.spans import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MARK_SECONDS = 1e-6
"""What a task without length weighs when capabilities and functions are compared."""


class Grid(NamedTuple):
    """The cells of a page: `lanes` rows of `cells` each, `width` seconds wide, from `start` on.

    Cells have numbers: those of the first lane first.
    """

    lanes: int
    cells: int
    start: float
    width: float

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.lanes * self.cells

    def column(self, moment: Floats) -> Ints:
        """Return the columns of unix times, those outside of the page in the outermost one."""
        inside = np.clip((moment - self.start) / self.width, 0, self.cells - 1)
        return np.floor(inside).astype(np.int64)


class Shares(NamedTuple):
    """Pairs of an item (a span, or a folded cell) and a cell that it is in: arrays of one entry a pair."""

    item: Ints
    cell: Ints
    seconds: Floats  # of the item in the cell, and a little more, so that it is not 0


def _pairs(first: Ints, last: Ints, row: Ints) -> tuple[Ints, Ints, Ints]:
    """Return item, cell and column for all columns from `first` to `last` of each item."""
    wide = last - first + 1
    item = np.repeat(np.arange(len(first)), wide)
    column = first[item] + np.arange(len(item)) - (np.cumsum(wide) - wide)[item]
    return item, row[item] + column, column


class PlacedSpans(NamedTuple):
    """Spans on a grid, ordered by lane and start: the cells in which each is drawn."""

    first: Ints  # numbers of cells
    last: Ints
    shares: Shares


def place_spans(grid: Grid, rows: Rows, lane: Ints, alone: NDArray[np.bool_]) -> PlacedSpans:
    """Place spans, ordered by lane and start.

    A cell that two of them only share at their border goes to the worse one, then to the one with more of
    it, where `alone` says that nothing else is in the cell; but each keeps a cell.
    """
    first, last = grid.column(rows["start"]), grid.column(rows["end"])
    last -= (last > first) & (rows["end"] <= grid.start + last * grid.width)
    row = lane * grid.cells
    first, last = first + row, last + row
    first, last = _share_out_borders(grid, rows, first, last, alone)
    item, cell, column = _pairs(first - row, last - row, row)
    return PlacedSpans(first, last, Shares(item, cell, _overlap(grid, rows, item, column) + _MARK_SECONDS))


def _overlap(grid: Grid, rows: Rows, item: Ints, column: Ints) -> Floats:
    left = grid.start + column * grid.width
    seconds = np.minimum(rows["end"][item], left + grid.width) - np.maximum(rows["start"][item], left)
    floor: Floats = np.maximum(seconds, 0.0)
    return floor


def _share_out_borders(
    grid: Grid, rows: Rows, first: Ints, last: Ints, alone: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    begun, ended = (np.bincount(places, minlength=grid.size) for places in (first, last))
    touched = np.cumsum(begun) - np.cumsum(ended) + ended
    earlier, later = (np.full(grid.size, -1) for _ in range(2))
    every = np.arange(len(rows))
    later[first] = every  # of several the last one, which begins last
    earlier[last[::-1]] = every[::-1]
    border = np.flatnonzero((touched == 2) & (begun > 0) & (ended > 0) & alone)
    one, two = earlier[border], later[border]
    apart = (one != two) & (rows["end"][one] <= rows["start"][two])
    border, one, two = border[apart], one[apart], two[apart]
    severity = rows["severity"].astype(np.int64)
    column = border % grid.cells
    more = _overlap(grid, rows, one, column) >= _overlap(grid, rows, two, column)
    one_wins = np.where(severity[one] == severity[two], more, severity[one] > severity[two])
    shrunk_first, shrunk_last = first.copy(), last.copy()
    shrunk_first[two[one_wins]] += 1
    shrunk_last[one[~one_wins]] -= 1
    lost = shrunk_first > shrunk_last
    return np.where(lost, first, shrunk_first), np.where(lost, last, shrunk_last)


class PlacedFolded(NamedTuple):
    """FoldedCells cells on a grid, ordered by lane and time. Where screen cells are wider than a slice, its
    tasks and its time are shared out by the time that it has in each; where they are narrower, all of a
    slice's screen cells look alike."""

    first: Ints  # numbers of cells
    last: Ints
    ends: Ints  # number of the cell in which its failures are counted; -1 where that is off the page
    marked: tuple[Ints, Ints]  # items, and the cells in which their worst state is drawn
    shares: Shares
    tasks: Floats  # a pair: tasks in the cell
    begun: Floats  # a pair: those of them that are in no earlier cell
    busy: Floats  # a pair: seconds at work

    def crowded(self, grid: Grid) -> NDArray[np.bool_]:
        """Return by cell whether folded work is in it."""
        crowded = np.zeros(grid.size, bool)
        crowded[self.shares.cell] = True
        return crowded


def place_folded(grid: Grid, folded: FoldedCells) -> tuple[FoldedCells, PlacedFolded]:
    """Place folded cells; returns those that are on the page, ordered, and where they are."""
    order = np.lexsort((folded.left, folded.lane))
    lane, left, cells = folded.lane[order], folded.left[order], folded.cells[order]
    begin, width = (left - grid.start) / grid.width, SLICE_SECONDS / grid.width
    narrow = width >= 1.0
    if narrow:
        first = np.rint(begin).astype(np.int64)
        last = np.rint(begin + width).astype(np.int64) - 1
        ends = last
    else:
        first = np.floor(begin).astype(np.int64)
        last = np.ceil(begin + width).astype(np.int64) - 1
        ends = np.floor(begin + width / 2).astype(np.int64)
    ends = np.where((ends >= 0) & (ends < grid.cells), ends, -1)
    from_left = first  # what begins left of the page is in no earlier cell of the page
    first, last = np.maximum(first, 0), np.minimum(last, grid.cells - 1)
    there = first <= last
    lane, left, cells = lane[there], left[there], cells[there]
    first, last, ends, from_left, begin = (
        first[there],
        last[there],
        ends[there],
        from_left[there],
        begin[there],
    )
    row = lane * grid.cells
    item, cell, column = _pairs(first, last, row)
    inside = np.minimum(begin[item] + width, column + 1) - np.maximum(begin[item], column)
    busy, all_begun = cells["busy"].astype(np.float64)[item], cells["begun"].astype(np.float64)[item]
    tasks = cells["tasks"].astype(np.float64)[item]
    if narrow:
        share = np.full(len(item), 1 / width)
        begun = np.where(column == from_left[item], all_begun, 0.0)
    else:
        share = np.maximum(inside, 0.0) / width
        begun = all_begun * share
        head = np.concatenate(([True], cell[1:] != cell[:-1]))[: len(cell)]
        # a later slice of the same cell adds only those of its tasks that began in it
        tasks = np.where(head, tasks - all_begun, 0.0) + begun
    shares = Shares(item, cell, share * busy + _MARK_SECONDS)
    ends = np.where(ends >= 0, ends + row, -1)
    on_page = np.flatnonzero(ends >= 0)
    marked = (item, cell) if narrow else (on_page, ends[on_page])
    placed = PlacedFolded(first + row, last + row, ends, marked, shares, tasks, begun, share * busy)
    return FoldedCells(lane, left, cells), placed
