"""Memory of each worker over the last minutes: minima of short blocks, and previous peaks."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_SECONDS = 5.0
BLOCKS = 13
"""Number of blocks: about a minute. 65 bytes per worker, 77 with the peaks."""

FALL_SHARE = 0.05
"""A fall below the peak by this share of the limit ends the peak."""

PEAK_SECONDS = 600.0
"""How long a previous peak is kept."""

MIN_RISE = 0.005
"""Smallest increase within the minute, as a share of the limit, that counts as growth."""

MIN_STEP_STANDARD_ERRORS = 6.0
"""Smallest mean step in standard errors that counts as growth; less may be random variation."""

EPSILON = 1e-9

MIN_BLOCKS = 6
"""Smallest number of blocks from which growth is computed."""

Shares = NDArray[np.float32]


class WorkerMemory:
    """One column per worker; values are shares of the limit (0 to 1), NaN if unknown."""

    def __init__(self) -> None:
        self._block = -1
        self._minima: Shares = np.full((BLOCKS, 0), np.nan, np.float32)
        self._peak: Shares = np.zeros(0, np.float32)
        self.previous_peak: Shares = np.zeros(0, np.float32)
        """Highest recent peak after which the memory fell; 0 if it did not fall."""
        self._previous_peak_at = np.zeros(0, np.float64)

    def reorder(self, places: NDArray[np.int64]) -> None:
        """Reorder after the set of workers changed: `places[i]` is the old index of worker i, -1 if new."""
        new = places < 0
        minima = np.full((BLOCKS, len(places)), np.nan, np.float32)
        if self._minima.shape[1]:
            minima[:, ~new] = self._minima[:, places[~new]]
        self._minima = minima
        self._peak = _reordered(self._peak, places, new)
        self.previous_peak = _reordered(self.previous_peak, places, new)
        self._previous_peak_at = _reordered(self._previous_peak_at, places, new)

    def update(self, now: float, shares: NDArray[np.float64]) -> None:
        """Process a report; `shares` has one entry per worker."""
        values = shares.astype(np.float32)
        block = int(now // BLOCK_SECONDS)
        if block != self._block:
            skipped = block - self._block
            if not 0 < skipped < BLOCKS:
                self._minima[:] = np.nan
            else:
                before = self._minima[-1].copy()
                self._minima[:-skipped] = self._minima[skipped:]
                for ago in range(skipped):  # fill blocks between reports that are further apart
                    self._minima[-1 - ago] = before + (values - before) * (1 - ago / skipped)
                self._minima[-1] = values
            self._block = block
        self._minima[-1] = np.fmin(self._minima[-1], values)
        self._peak = np.fmax(self._peak, values)
        fell = self._peak - values > FALL_SHARE
        if fell.any():
            self.previous_peak[fell] = np.fmax(self.previous_peak[fell], self._peak[fell])
            self._previous_peak_at[fell] = now
            self._peak[fell] = values[fell]
        self.previous_peak[self._previous_peak_at < now - PEAK_SECONDS] = 0.0

    def growth(self, workers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the growth of some workers in shares of the limit per second; NaN if too little is known.

        The growth is the median slope over all pairs of blocks (Theil-Sen). It is 0 unless the mean step
        between blocks is significant: a single step or random variation is not growth.
        """
        minima = self._minima[:, workers].astype(np.float64)
        growth = np.zeros(len(workers))
        known = np.count_nonzero(~np.isnan(minima), axis=0) >= MIN_BLOCKS
        growth[~known] = np.nan
        rising = np.flatnonzero(known & (minima[-1] - np.nanmin(minima, axis=0, initial=np.inf) > MIN_RISE))
        if not len(rising):
            return growth
        minima = minima[:, rising]
        steps = np.diff(minima, axis=0)
        count = np.maximum(np.count_nonzero(~np.isnan(steps), axis=0), 1)
        spread = np.nanstd(steps, axis=0) / np.sqrt(count) + EPSILON
        significant = np.nanmean(steps, axis=0) > MIN_STEP_STANDARD_ERRORS * spread
        rising, minima = rising[significant], minima[:, significant]
        if not len(rising):
            return growth
        slopes = np.array(
            [
                (minima[late] - minima[early]) / ((late - early) * BLOCK_SECONDS)
                for early, late in combinations(range(BLOCKS), 2)
            ]
        )
        median = np.nanmedian if np.isnan(slopes).any() else np.median  # which is four times as fast
        growth[rising] = median(slopes, axis=0)
        return growth

    def clear(self) -> None:
        """Clear the history."""
        self._minima[:] = np.nan
        self._peak[:] = self.previous_peak[:] = 0.0


def _reordered(values: NDArray[Any], places: NDArray[np.int64], new: NDArray[np.bool_]) -> NDArray[Any]:
    moved = np.zeros(len(places), values.dtype)
    if len(values):
        moved[~new] = values[places[~new]]
    return moved
