"""How the feed fares, as findings need to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedCondition:
    """Handed in by whoever reads the feed; times are unix seconds."""

    connected: bool = True
    stale: bool = False
    """Whether reports have stopped coming."""
    shedding: bool = False
    """Whether frames were dropped since the look before."""
    generation: int | None = None
    """Of the wire: 1 up to release 2.6, 2 from 2.7 on; None while it is not known."""
    watching_since: float | None = None
    """When the first frame came; None before it."""
    last_gap: float | None = None
    """When the latest time without a connection ended, where the model does not know it."""
    last_restart: float | None = None
    """When the scheduler was last seen to have started anew, likewise."""
