"""The activity of some workers in a window: spans and folded cells, merged to bars on demand."""

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
    """The activity of `workers` workers, by index on the page, in [start, end).

    `rows` are the spans that overlap the time from `assignment_start(start)` to `end`, `worker` is the index
    of the worker of each; `folded` are the cells of the slices in the window.
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
        """Number of lanes of each worker; 1 before `assign_lanes`."""
        self.merged_until: float | None = None
        """Before this unix time all tasks of a worker are in its first lane; None if all are assigned."""

    def assign_lanes(self, most: Sequence[int]) -> None:
        """Assign overlapping tasks to different lanes; `most` is the maximum number of lanes by worker."""
        room = np.minimum(np.array(most, np.int64), MOST_LANES)
        rows, worker = self._rows, self._worker
        assigned = np.flatnonzero(room[worker] > 1)
        if len(assigned) > MAX_ASSIGNED_SPANS:
            begun = rows["start"][assigned]
            oldest = np.partition(begun, -MAX_ASSIGNED_SPANS)[-MAX_ASSIGNED_SPANS]
            assigned = assigned[begun > oldest]
            self.merged_until = float(oldest)
        lane = np.zeros(len(rows), np.int64)
        lane[assigned] = assign_lanes(worker[assigned], rows["start"][assigned], rows["end"][assigned], room)
        lanes = np.zeros(self._workers, np.int64)
        seen = rows["end"] >= self._start
        np.maximum.at(lanes, worker[seen], lane[seen])
        self._lane, self.lanes = lane, (lanes + 1).tolist()
        ends = self._folded.left[lanes[self._folded.lane] > 0] + SLICE_SECONDS
        if len(ends):
            self.merged_until = max(self.merged_until or self._start, min(float(np.max(ends)), self._end))

    def merge_lanes(self, workers: Sequence[int]) -> None:
        """Merge the lanes of these workers to one."""
        whole = np.zeros(self._workers, bool)
        whole[list(workers)] = True
        self._lane[whole[self._worker]] = 0
        self.lanes = [1 if one else lanes for one, lanes in zip(whole.tolist(), self.lanes, strict=True)]
        if max(self.lanes, default=1) == 1:
            self.merged_until = None

    def bars(self, cells: int) -> list[list[list[Bar]]]:
        """Return the bars by worker and lane, with the window divided into `cells` cells."""
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
