"""When a connection has been quiet for so long that a second look is due."""

from __future__ import annotations

SHORTEST_QUIET_SECONDS = 10.0
QUIET_INTERVALS = 5.0  # as many usual intervals without a word are suspicious
LONGEST_LOOK_PAUSE_SECONDS = 60.0
PAUSES_FORGOTTEN = 0.9  # of the longest gap's memory, what each later gap leaves of it
SHORTEST_GAP_SECONDS = 0.2  # less is one burst


class QuietWatch:
    """Remembers when something was heard last and how long the gaps usually are, in monotonic seconds."""

    def __init__(self, now: float) -> None:
        self.since = now
        self.next_look = now + SHORTEST_QUIET_SECONDS
        self._usual = 0.0
        self._pause = SHORTEST_QUIET_SECONDS

    def heard(self, now: float) -> None:
        """Something came: the next look is due after a long quiet."""
        gap = now - self.since
        if gap > SHORTEST_GAP_SECONDS:
            self._usual = max(gap, self._usual * PAUSES_FORGOTTEN)
        self._pause = max(SHORTEST_QUIET_SECONDS, QUIET_INTERVALS * self._usual)
        self.since = now
        self.next_look = now + self._pause

    def looked(self, now: float) -> None:
        """A second look was taken; the next comes later still, since each is a connection more to accept."""
        self._pause = max(self._pause, min(self._pause * 2, LONGEST_LOOK_PAUSE_SECONDS))
        self.next_look = now + self._pause
