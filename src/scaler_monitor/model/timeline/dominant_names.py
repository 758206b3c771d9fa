"""The name with the most time in it, of each cell or bar in which several tasks are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.timeline.cell_shares import Floats, Ints, PlacedFolded, PlacedSpans

MAX_COMPARED = 64
"""Capability sets, and functions, compared on one page; the rarest beyond these count as one of them."""


class DominantNames:
    """Seconds by name of the cells that several tasks share.

    `spans` and `folded` hold the number of the name of each; `shared` tells which cells are looked at. What
    one task has for itself needs no comparison, so a page of single tasks costs nothing here.
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
        kept = np.sort(most_frequent)  # of names with equal time the same one leads in every page
        self._codes: Ints = kept + least
        place = np.full(len(counts), np.searchsorted(kept, most_frequent[-1]) if len(kept) else 0)
        place[kept] = np.arange(len(kept))
        self._name: Ints = place[numbers]

    def dominant(self, group: Ints, size: int) -> Ints:
        """Return the number of the leading name of each of `size` groups; `group` is that of each cell.

        A group that no shared cell belongs to gets any number.
        """
        wide = len(self._codes)
        if not wide:
            return np.full(size, -1)
        keys = group[self._cell] * wide + self._name
        seconds: Floats = np.bincount(keys, self._seconds, minlength=size * wide).astype(np.float64)
        leading: Ints = self._codes[seconds.reshape(size, wide).argmax(axis=1)]
        return leading
