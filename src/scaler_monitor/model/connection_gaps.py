"""Times without a connection to the scheduler."""

from __future__ import annotations

from collections import deque


class ConnectionGaps:
    """When the monitor was not connected, after it first was."""

    def __init__(self, limit: int) -> None:
        self.closed: deque[tuple[float, float]] = deque(maxlen=limit)
        """(from, to) in unix seconds, oldest first."""
        self.open_since: float | None = None
        """When the present gap began; None while connected, and before the first connection."""
        self.connected: bool | None = None
        """None before the first word about it."""
        self.total = 0
        """ConnectionGaps ever."""

    def change(self, connected: bool, now: float) -> bool:
        """Note how the connection fares; says whether that is new."""
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
        """Return the gaps that touch a window, cut to it."""
        gaps = [*self.closed]
        if self.open_since is not None:
            gaps.append((self.open_since, end))
        return [(max(a, start), min(b, end)) for a, b in gaps if b > start and a < end]

    def snapshot(self) -> ConnectionGaps:
        """Copy."""
        other = ConnectionGaps(0)
        other.closed, other.open_since = self.closed.copy(), self.open_since
        other.connected, other.total = self.connected, self.total
        return other
