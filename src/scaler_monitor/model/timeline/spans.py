"""Stores spans of single tasks in blocks, which are immutable once they are full."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

ID_BYTES = 16
SPAN = np.dtype(
    [
        ("start", np.float64),
        ("end", np.float64),
        ("worker", np.int32),
        ("capabilities", np.int16),
        ("function", np.int16),
        ("severity", np.uint8),
        ("id_size", np.uint8),
        ("id", f"V{ID_BYTES}"),
    ],
    align=True,
)
"""One span: unix seconds, numbers of names (-1 if unknown), `bars.SEVERITY` of its state, task id."""

BLOCKS = 32
"""Number of blocks of a full ring."""

Rows = NDArray[np.void]
"""An array of SPAN."""


class SpanBlock:
    """Spans ordered by worker, those of unknown workers first, and their range of time."""

    __slots__ = ("first", "known", "last", "rows", "sets", "workers")

    def __init__(self, rows: Rows) -> None:
        self.rows: Rows = rows[np.argsort(rows["worker"], kind="stable")]
        self.workers: NDArray[np.int32] = self.rows["worker"].copy()
        """Worker of each span; a contiguous copy, for searching."""
        self.known = int(np.searchsorted(self.workers, np.int32(0)))
        """Index of the first span of a known worker."""
        self.first = float(rows["start"].min()) if len(rows) else 0.0
        """Earliest start of a span."""
        self.last = float(rows["end"].max()) if len(rows) else 0.0
        """Latest end of a span."""
        known = self.rows["capabilities"][self.known :]
        self.sets: NDArray[np.int64] = np.bincount(known.astype(np.int64) + 1)
        """Number of spans of known workers by number of the capability set + 1 (0 is unknown)."""

    def touches(self, start: float, end: float) -> bool:
        """Return whether spans may overlap the window."""
        return self.last >= start and self.first < end

    def whole_in(self, start: float, end: float) -> bool:
        """Return whether every span overlaps the window."""
        return self.first >= start and self.last < end

    def within(self, start: float, end: float) -> Rows:
        """Return the spans of known workers that overlap the window."""
        known: Rows = self.rows[self.known :]
        return known if self.whole_in(start, end) else known[(known["end"] >= start) & (known["start"] < end)]

    def count_sets(self, start: float, end: float) -> NDArray[np.int64]:
        """Return `sets` for the spans that overlap the window."""
        if self.whole_in(start, end):
            return self.sets
        found = self.within(start, end)["capabilities"].astype(np.int64) + 1
        return np.bincount(found, minlength=len(self.sets))

    def of_workers(self, numbers: NDArray[np.int32], start: float, end: float) -> Rows:
        """Return the spans of the workers with these numbers that overlap the window."""
        first = np.searchsorted(self.workers, numbers, "left")
        count = np.searchsorted(self.workers, numbers, "right") - first
        at = np.arange(count.sum()) + np.repeat(first - (np.cumsum(count) - count), count)
        found: Rows = self.rows[at]
        return found if self.whole_in(start, end) else found[(found["end"] >= start) & (found["start"] < end)]


class SpanRing:
    """A ring buffer of spans; beyond the limit the oldest block is evicted as a whole."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._block = max(1, limit // BLOCKS)
        self._full: deque[SpanBlock] = deque()
        self._open: Rows = np.empty(0, SPAN)
        self._filled = 0
        self._open_block: SpanBlock | None = None
        """The contents of the open block; created on demand."""
        self.count = 0
        """Number of stored spans."""

    def append(self, rows: Rows) -> list[Rows]:
        """Add spans; return the evicted blocks, oldest first."""
        left: list[Rows] = []
        self._open_block = None
        while len(rows):
            if self._filled == len(self._open):
                if self._filled:
                    self._full.append(SpanBlock(self._open))
                if self.count + self._block > self.limit and self._full:
                    gone = self._full.popleft().rows
                    self.count -= len(gone)
                    left.append(gone)
                self._open, self._filled = np.empty(self._block, SPAN), 0
            part = rows[: len(self._open) - self._filled]
            self._open[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            self.count += len(part)
            rows = rows[len(part) :]
        return left

    def blocks(self, start: float, end: float) -> list[SpanBlock]:
        """Return the blocks that may contain spans in the window, oldest first."""
        if self._open_block is None:
            self._open_block = SpanBlock(self._open[: self._filled])
        return [block for block in (*self._full, self._open_block) if block.touches(start, end)]

    def renumber_workers(self, renumbered: NDArray[np.int32]) -> None:
        """Replace the numbers of workers; `renumbered` has the new number by old number."""

        def renumber(rows: Rows) -> Rows:
            copy: Rows = rows.copy()
            known = copy["worker"] >= 0
            copy["worker"][known] = renumbered[copy["worker"][known]]
            return copy

        self._full = deque(SpanBlock(renumber(block.rows)) for block in self._full)
        filled = renumber(self._open[: self._filled])
        self._open = np.empty(len(self._open), SPAN)
        self._open[: self._filled] = filled
        self._open_block = None

    def snapshot(self) -> SpanRing:
        """Return a copy that shares the rows: full blocks never change, the open one is only appended to."""
        other = SpanRing(self.limit)
        other._full, other._open = self._full.copy(), self._open[: self._filled]
        other._filled, other.count = self._filled, self.count
        return other
