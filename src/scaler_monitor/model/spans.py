"""Spans of single tasks, kept as they were, in blocks that never change once they are full."""

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
"""One span: unix seconds, numbers of names, `bars.SEVERITY` of its state, and the id of its task."""

BLOCKS = 32

Rows = NDArray[np.void]
"""An array of SPAN."""


class SpanRing:
    """The latest spans written; when they are too many, the earliest block of them leaves as a whole."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._block = max(1, limit // BLOCKS)
        self._full: deque[Rows] = deque()
        self._open: Rows = np.empty(0, SPAN)
        self._filled = 0
        self.count = 0
        """Spans held."""

    @property
    def nbytes(self) -> int:
        """Bytes of all blocks held."""
        return sum(block.nbytes for block in self._full) + self._open.nbytes

    def append(self, rows: Rows) -> list[Rows]:
        """Write spans; returns the blocks that had to leave, the earliest first."""
        left = []
        while len(rows):
            if self._filled == len(self._open):
                if self._filled:
                    self._full.append(self._open)
                if self.count + self._block > self.limit and self._full:
                    gone = self._full.popleft()
                    self.count -= len(gone)
                    left.append(gone)
                self._open, self._filled = np.empty(self._block, SPAN), 0
            part = rows[: len(self._open) - self._filled]
            self._open[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            self.count += len(part)
            rows = rows[len(part) :]
        return left

    def blocks(self) -> list[Rows]:
        """Return what is held, the earliest written first; for looking only."""
        return [*self._full, self._open[: self._filled]]

    def renumber_workers(self, renumbered: NDArray[np.int32]) -> None:
        """Give workers the numbers that `renumbered` has by the old ones."""

        def again(rows: Rows) -> Rows:
            copy: Rows = rows.copy()
            known = copy["worker"] >= 0
            copy["worker"][known] = renumbered[copy["worker"][known]]
            return copy

        self._full = deque(again(rows) for rows in self._full)
        filled = again(self._open[: self._filled])
        self._open = np.empty(len(self._open), SPAN)
        self._open[: self._filled] = filled

    def freeze(self) -> SpanRing:
        """Share: full blocks never change, and the open one only behind what is filled now."""
        other = SpanRing(self.limit)
        other._full, other._open = self._full.copy(), self._open[: self._filled]
        other._filled, other.count = self._filled, self.count
        return other
