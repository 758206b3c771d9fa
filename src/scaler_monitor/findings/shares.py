"""Bounds of shares."""

from __future__ import annotations

from math import sqrt


def least_share(hits: float, trials: float, z: float) -> float:
    """Return Wilson's lower bound of a share, from 0 to 1, `z` standard deviations below what was seen."""
    return _bound(hits, trials, z, -1.0) if trials else 0.0


def most_share(hits: float, trials: float, z: float) -> float:
    """Return Wilson's upper bound."""
    return _bound(hits, trials, z, 1.0) if trials else 1.0


def _bound(hits: float, trials: float, z: float, side: float) -> float:
    share, spread = hits / trials, z * z / trials
    root = sqrt(share * (1 - share) * spread + spread * spread / 4)
    return (share + spread / 2 + side * root) / (1 + spread)
