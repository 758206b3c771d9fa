"""What some workers did in a window of time: the spans and folded cells of one page, to be cut into bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from scaler_monitor.model.timeline.bar_merging import merge_to_bars
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.cell_shares import Grid, Ints
from scaler_monitor.model.timeline.cells import SLICE_SECONDS
from scaler_monitor.model.timeline.lanes import MAX_ASSIGNED_SPANS, MOST_LANES, assign_lanes
from scaler_monitor.model.timeline.slices import FoldedCells
from scaler_monitor.model.timeline.spans import Rows

Name = Callable[[int], str | None]


class StreamWindow:
    """The work of `workers` workers, by their position on the page, in [start, end).

    `rows` are spans that touch the time from `assignment_start(start)` to the end, `worker` that of each;
    `folded` are the cells of the slices in the window.
    """

    def __init__(
        self,
        start: float,
        end: float,
        workers: int,
        rows: Rows,
        worker: Ints,
        folded: FoldedCells,
        capabilities: Name,
        functions: Name,
    ) -> None:
        order = np.lexsort((rows["start"], worker))
        self._start, self._end, self._workers = start, end, workers
        self._rows, self._worker = rows[order], worker[order]
        self._folded = folded
        self._names = capabilities, functions
        self._lane: Ints = np.zeros(len(rows), np.int64)
        self.lanes: list[int] = [1] * workers
        """How many lanes each worker has; 1 until they are dealt."""
        self.merged_until: float | None = None
        """In workers of several lanes, what is before this is all in the first one; None where nothing is."""

    def assign_lanes(self, most: Sequence[int]) -> None:
        """Give tasks that overlap lanes of their own, at most so many for each worker; 1 keeps it whole."""
        room = np.minimum(np.array(most, np.int64), MOST_LANES)
        rows, worker = self._rows, self._worker
        dealt = np.flatnonzero(room[worker] > 1)
        if len(dealt) > MAX_ASSIGNED_SPANS:
            begun = rows["start"][dealt]
            from_then = np.partition(begun, -MAX_ASSIGNED_SPANS)[-MAX_ASSIGNED_SPANS]
            dealt = dealt[begun > from_then]
            self.merged_until = float(from_then)
        lane = np.zeros(len(rows), np.int64)
        lane[dealt] = assign_lanes(worker[dealt], rows["start"][dealt], rows["end"][dealt], room)
        lanes = np.zeros(self._workers, np.int64)
        seen = rows["end"] >= self._start
        np.maximum.at(lanes, worker[seen], lane[seen])
        self._lane, self.lanes = lane, (lanes + 1).tolist()
        ends = self._folded.left[lanes[self._folded.lane] > 0] + SLICE_SECONDS
        if len(ends):
            self.merged_until = max(self.merged_until or self._start, min(float(np.max(ends)), self._end))

    def merge_lanes(self, workers: Sequence[int]) -> None:
        """Let these workers have one lane again."""
        whole = np.zeros(self._workers, bool)
        whole[list(workers)] = True
        self._lane[whole[self._worker]] = 0
        self.lanes = [1 if one else lanes for one, lanes in zip(whole.tolist(), self.lanes, strict=True)]
        if max(self.lanes, default=1) == 1:
            self.merged_until = None

    def bars(self, cells: int) -> list[list[list[Bar]]]:
        """Return the bars of each lane of each worker, the window cut into `cells`."""
        first = np.cumsum([0, *self.lanes])
        grid = Grid(int(first[-1]), cells, self._start, (self._end - self._start) / cells)
        lane = first[self._worker] + self._lane
        seen = np.flatnonzero((self._rows["end"] >= self._start) & (self._rows["start"] < self._end))
        if max(self.lanes, default=1) > 1:
            seen = seen[np.argsort(lane[seen], kind="stable")]
        folded = self._folded._replace(lane=first[self._folded.lane])
        drawn = merge_to_bars(grid, self._rows[seen], lane[seen], folded, *self._names)
        ends = first.tolist()
        return [drawn[begin:end] for begin, end in pairwise(ends)]
