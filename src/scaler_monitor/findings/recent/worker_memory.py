"""How the memory of each worker went over the last minutes: least of every few seconds, and where it fell."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_SECONDS = 5.0
BLOCKS = 13
"""A minute of them: 65 bytes a worker, with peaks 77."""

FALL_SHARE = 0.05
"""Of the limit: what falls so far below its peak has come down."""

PEAK_SECONDS = 600.0
"""How long it is remembered from where."""

LEAST_RISE = 0.005
"""Of the limit within the minute: less is no growth."""

SURE = 6.0
"""Standard deviations of the mean step from nothing: less may be a walk to and fro."""

TINY = 1e-9

LEAST_BLOCKS = 6
"""From so many on growth can be told."""

Shares = NDArray[np.float32]


class WorkerMemory:
    """One column a worker; shares of the limit, NaN where unknown."""

    def __init__(self) -> None:
        self._block = -1
        self._least: Shares = np.full((BLOCKS, 0), np.nan, np.float32)
        self._peak: Shares = np.zeros(0, np.float32)
        self.come_down_from: Shares = np.zeros(0, np.float32)
        """The highest share from which a worker came down lately; 0 where it never did."""
        self._come_down_at = np.zeros(0, np.float64)

    def move(self, places: NDArray[np.int64]) -> None:
        """The workers are others: entry i is now that of former `places[i]`, a new one at -1."""
        new = places < 0
        least = np.full((BLOCKS, len(places)), np.nan, np.float32)
        if self._least.shape[1]:
            least[:, ~new] = self._least[:, places[~new]]
        self._least = least
        self._peak = _moved(self._peak, places, new)
        self.come_down_from = _moved(self.come_down_from, places, new)
        self._come_down_at = _moved(self._come_down_at, places, new)

    def take(self, now: float, shares: NDArray[np.float64]) -> None:
        """Note what a report says."""
        values = shares.astype(np.float32)
        block = int(now // BLOCK_SECONDS)
        if block != self._block:
            skipped = block - self._block
            if not 0 < skipped < BLOCKS:
                self._least[:] = np.nan
            else:
                before = self._least[-1].copy()
                self._least[:-skipped] = self._least[skipped:]
                for ago in range(skipped):  # reports that are further apart than blocks leave some out
                    self._least[-1 - ago] = before + (values - before) * (1 - ago / skipped)
                self._least[-1] = values
            self._block = block
        self._least[-1] = np.fmin(self._least[-1], values)
        self._peak = np.fmax(self._peak, values)
        fell = self._peak - values > FALL_SHARE
        if fell.any():
            self.come_down_from[fell] = np.fmax(self.come_down_from[fell], self._peak[fell])
            self._come_down_at[fell] = now
            self._peak[fell] = values[fell]
        self.come_down_from[self._come_down_at < now - PEAK_SECONDS] = 0.0

    def growth(self, workers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return shares a second for some workers; NaN where too little is known.

        It is the median of what each pair of blocks says, where the steps from block to block tell that it
        is growth: a single step and a walk to and fro are none.
        """
        least = self._least[:, workers].astype(np.float64)
        growth = np.zeros(len(workers))
        known = np.count_nonzero(~np.isnan(least), axis=0) >= LEAST_BLOCKS
        growth[~known] = np.nan
        rising = np.flatnonzero(known & (least[-1] - np.nanmin(least, axis=0, initial=np.inf) > LEAST_RISE))
        if not len(rising):
            return growth
        least = least[:, rising]
        steps = np.diff(least, axis=0)
        count = np.maximum(np.count_nonzero(~np.isnan(steps), axis=0), 1)
        spread = np.nanstd(steps, axis=0) / np.sqrt(count) + TINY
        sure = np.nanmean(steps, axis=0) > SURE * spread
        rising, least = rising[sure], least[:, sure]
        if not len(rising):
            return growth
        slopes = np.array(
            [
                (least[late] - least[early]) / ((late - early) * BLOCK_SECONDS)
                for early, late in combinations(range(BLOCKS), 2)
            ]
        )
        median = np.nanmedian if np.isnan(slopes).any() else np.median  # which is four times as fast
        growth[rising] = median(slopes, axis=0)
        return growth

    def clear(self) -> None:
        """Forget what was: nobody listened for a while."""
        self._least[:] = np.nan
        self._peak[:] = self.come_down_from[:] = 0.0


def _moved(values: NDArray[Any], places: NDArray[np.int64], new: NDArray[np.bool_]) -> NDArray[Any]:
    moved = np.zeros(len(places), values.dtype)
    if len(values):
        moved[~new] = values[places[~new]]
    return moved
