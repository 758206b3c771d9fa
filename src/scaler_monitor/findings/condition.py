"""Status of the event feed, as far as findings depend on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedCondition:
    """Passed in by the reader of the feed; times are Unix seconds."""

    connected: bool = True
    stale: bool = False
    """Whether reports are overdue."""
    shedding: bool = False
    """Whether frames were dropped since the previous observation."""
    generation: int | None = None
    """Wire generation: 1 up to release 2.6, 2 from 2.7 on; None while unknown."""
    watching_since: float | None = None
    """When the first frame arrived; None before that."""
    last_gap: float | None = None
    """When the latest gap in the connection ended, if the model does not record it."""
    last_restart: float | None = None
    """When the scheduler last restarted, if the model does not record it."""
