"""Places spans and folded cells on the cells of a page, with their time in each."""

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
"""Weight of a task without duration, for finding the dominant names."""


class Grid(NamedTuple):
    """The cells of a page: `lanes` rows of `cells` cells, each `width` seconds wide, from unix time `start`.

    Cells are numbered row by row.
    """

    lanes: int
    cells: int
    start: float
    width: float

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.lanes * self.cells

    def column(self, moment: Floats) -> Ints:
        """Return the columns of unix times, clipped to the page."""
        inside = np.clip((moment - self.start) / self.width, 0, self.cells - 1)
        return np.floor(inside).astype(np.int64)


class Shares(NamedTuple):
    """Pairs of an item (span or folded cell) and a cell that it overlaps: arrays with one entry per pair."""

    item: Ints
    cell: Ints
    seconds: Floats  # of the item in the cell, plus _MARK_SECONDS so that it is not 0


def _pairs(first: Ints, last: Ints, row: Ints) -> tuple[Ints, Ints, Ints]:
    """Return item, cell and column for each column from `first` to `last` of each item."""
    wide = last - first + 1
    item = np.repeat(np.arange(len(first)), wide)
    column = first[item] + np.arange(len(item)) - (np.cumsum(wide) - wide)[item]
    return item, row[item] + column, column


class PlacedSpans(NamedTuple):
    """Spans on a grid, ordered by lane and start, with the cells in which each is drawn."""

    first: Ints  # numbers of cells
    last: Ints
    shares: Shares


def place_spans(grid: Grid, rows: Rows, lane: Ints, alone: NDArray[np.bool_]) -> PlacedSpans:
    """Place spans, which are ordered by lane and start.

    A cell that contains only the end of one span and the start of the next is given to the more severe one,
    then to the one with more time in it, provided that `alone` is set for the cell and each span keeps a
    cell.
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
    later[first] = every  # for several the last one, which begins last
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
    """Folded cells on a grid, ordered by lane and time.

    If screen cells are wider than a slice, tasks and time of the slice are divided by its time in each; if
    they are narrower, all screen cells of a slice look the same.
    """

    first: Ints  # numbers of cells
    last: Ints
    ends: Ints  # number of the cell in which its ends are counted; -1 if that is off the page
    marked: tuple[Ints, Ints]  # items, and the cells that show their worst state
    shares: Shares
    tasks: Floats  # by pair: tasks in the cell
    begun: Floats  # by pair: tasks that are in no earlier cell
    busy: Floats  # by pair: seconds with a task

    def crowded(self, grid: Grid) -> NDArray[np.bool_]:
        """Return by cell whether a folded cell overlaps it."""
        crowded = np.zeros(grid.size, bool)
        crowded[self.shares.cell] = True
        return crowded


def place_folded(grid: Grid, folded: FoldedCells) -> tuple[FoldedCells, PlacedFolded]:
    """Place folded cells; return those on the page, in order, and their places."""
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
    from_left = first  # before clipping: what begins left of the page does not begin in its first cell
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
        # a later slice in the same cell adds only tasks that began in it
        tasks = np.where(head, tasks - all_begun, 0.0) + begun
    shares = Shares(item, cell, share * busy + _MARK_SECONDS)
    ends = np.where(ends >= 0, ends + row, -1)
    on_page = np.flatnonzero(ends >= 0)
    marked = (item, cell) if narrow else (on_page, ends[on_page])
    placed = PlacedFolded(first + row, last + row, ends, marked, shares, tasks, begun, share * busy)
    return FoldedCells(lane, left, cells), placed
