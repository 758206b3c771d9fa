"""Times without a connection to the scheduler."""

from __future__ import annotations

from collections import deque


class ConnectionGaps:
    """Periods without a connection, after the first connection."""

    def __init__(self, limit: int) -> None:
        self.closed: deque[tuple[float, float]] = deque(maxlen=limit)
        """(start, end) in unix seconds, oldest first."""
        self.open_since: float | None = None
        """Start of the current gap in unix seconds; None while connected or before the first connection."""
        self.connected: bool | None = None
        """None before the first connection."""
        self.total = 0
        """Number of gaps so far."""

    def change(self, connected: bool, now: float) -> bool:
        """Set the state of the connection; return whether it changed."""
        if connected == self.connected:
            return False
        first = self.connected is None
        self.connected = connected
        if not connected:
            if first:
                self.connected = None
                return False
            self.open_since = now
            self.total += 1
        elif self.open_since is not None:
            self.closed.append((min(self.open_since, now), now))
            self.open_since = None
        return True

    def between(self, start: float, end: float) -> list[tuple[float, float]]:
        """Return the gaps that overlap a window, clipped to it."""
        gaps = [*self.closed]
        if self.open_since is not None:
            gaps.append((self.open_since, end))
        return [(max(a, start), min(b, end)) for a, b in gaps if b > start and a < end]

    def snapshot(self) -> ConnectionGaps:
        """Return a copy."""
        other = ConnectionGaps(0)
        other.closed, other.open_since = self.closed.copy(), self.open_since
        other.connected, other.total = self.connected, self.total
        return other
