"""Single values of the JSON document: units as it has them, None for what is not known."""

from __future__ import annotations


def percent(permille: int | None) -> float | None:
    """Return tenths of a percent as percent."""
    return None if permille is None else int(permille) / 10


def share(part: float | None) -> float | None:
    """Return a share of 1 as percent."""
    return None if part is None else part * 100
