"""Confidence bounds of proportions (Wilson score interval)."""

from __future__ import annotations

from math import sqrt


def wilson_lower_bound(hits: float, trials: float, z: float) -> float:
    """Return the lower bound of a proportion (0 to 1) at `z` standard deviations; 0 without trials."""
    return _bound(hits, trials, z, -1.0) if trials else 0.0


def wilson_upper_bound(hits: float, trials: float, z: float) -> float:
    """Return the upper bound of a proportion (0 to 1) at `z` standard deviations; 1 without trials."""
    return _bound(hits, trials, z, 1.0) if trials else 1.0


def _bound(hits: float, trials: float, z: float, side: float) -> float:
    share, spread = hits / trials, z * z / trials
    root = sqrt(share * (1 - share) * spread + spread * spread / 4)
    return (share + spread / 2 + side * root) / (1 + spread)
