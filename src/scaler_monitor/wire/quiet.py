"""When a connection has been quiet for so long that a second one ought to stand by."""

from __future__ import annotations

QUIET_INTERVALS = 5.0  # as many usual intervals without a word are suspicious
GAPS_FORGOTTEN = 0.9  # of the longest gap's memory, what each later gap leaves of it
SHORTEST_GAP_SECONDS = 0.2  # less is one burst


class QuietWatch:
    """Remembers when something was heard last and how long the gaps usually are, in monotonic seconds."""

    def __init__(self, now: float, shortest: float) -> None:
        """`shortest` is the quiet that is never suspicious, in seconds."""
        self.since = now
        self.suspicious_at = now + shortest
        self._shortest = shortest
        self._usual = 0.0
        self._outage = False

    def heard(self, now: float, *, usual: bool = True) -> None:
        """Something came: the next quiet may be as long again, unless this one was not `usual`."""
        gap = now - self.since
        if usual and gap > SHORTEST_GAP_SECONDS and not self._outage:
            self._usual = max(gap, self._usual * GAPS_FORGOTTEN)
        self.since = now
        self._outage = False
        self.suspicious_at = now + max(self._shortest, QUIET_INTERVALS * self._usual)

    def bear(self, now: float, seconds: float, *, outage: bool = False) -> None:
        """Suspect nothing more for so long. A quiet with an `outage` in it teaches nothing."""
        self._outage = self._outage or outage
        self.suspicious_at = now + seconds
