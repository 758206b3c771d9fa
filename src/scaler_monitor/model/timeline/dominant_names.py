"""Finds the name with the longest time in each cell or bar with several tasks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.cell_shares import Floats, Ints, PlacedFolded, PlacedSpans

MAX_COMPARED = 64
"""Number of names compared on one page; rarer ones count as the rarest of these."""


class DominantNames:
    """Seconds by cell and name, for the cells in `shared`: those with several tasks.

    `names_of_spans` and `names_of_folded` are the numbers of the names of each item.
    """

    def __init__(
        self,
        names_of_spans: NDArray[np.int16],
        names_of_folded: NDArray[np.int16],
        spans: PlacedSpans,
        slices: PlacedFolded,
        shared: NDArray[np.bool_],
    ) -> None:
        parts = [
            (names[shares.item[kept]], shares.cell[kept], shares.seconds[kept])
            for names, shares in ((names_of_spans, spans.shares), (names_of_folded, slices.shares))
            for kept in (shared[shares.cell],)
        ]
        names, self._cell, self._seconds = (np.concatenate(part) for part in zip(*parts, strict=True))
        least = int(names.min()) if len(names) else 0
        numbers = names.astype(np.int64) - least
        counts = np.bincount(numbers)
        most_frequent = np.argsort(-counts, kind="stable")[: min(MAX_COMPARED, np.count_nonzero(counts))]
        kept = np.sort(most_frequent)  # so that of names with equal time the same one is chosen on every page
        self._codes: Ints = kept + least
        place = np.full(len(counts), np.searchsorted(kept, most_frequent[-1]) if len(kept) else 0)
        place[kept] = np.arange(len(kept))
        self._name: Ints = place[numbers]

    def dominant(self, group: Ints, size: int) -> Ints:
        """Return the number of the dominant name for each of `size` groups; `group` is the group by cell.

        The result is arbitrary for a group without shared cells.
        """
        wide = len(self._codes)
        if not wide:
            return np.full(size, -1)
        keys = group[self._cell] * wide + self._name
        seconds: Floats = np.bincount(keys, self._seconds, minlength=size * wide).astype(np.float64)
        leading: Ints = self._codes[seconds.reshape(size, wide).argmax(axis=1)]
        return leading
