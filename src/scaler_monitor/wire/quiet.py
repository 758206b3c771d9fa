"""When a connection has been quiet for so long that a second one ought to stand by."""

from __future__ import annotations

from scaler_monitor.wire.destination import Patience

QUIET_INTERVALS = 5.0  # as many usual intervals without a word are suspicious
GAPS_FORGOTTEN = 0.9  # of the longest gap's memory, what each later gap leaves of it
SHORTEST_GAP_SECONDS = 0.2  # less is one burst


class QuietWatch:
    """Remembers when something was heard last and how long the gaps usually are, in monotonic seconds."""

    def __init__(self, now: float, patience: Patience) -> None:
        self.since = now
        self.suspicious_at = now + patience.probe_after
        self._patience = patience
        self._pause = patience.probe_pause
        self._usual = 0.0
        self._outage = False

    def heard(self, now: float, *, usual: bool = True) -> None:
        """Something came: the next quiet may be as long again, unless this one was not `usual`."""
        gap = now - self.since
        if usual and gap > SHORTEST_GAP_SECONDS and not self._outage:
            self._usual = max(gap, self._usual * GAPS_FORGOTTEN)
        self.since = now
        self._outage = False
        self._pause = self._patience.probe_pause
        self.suspicious_at = now + max(self._patience.probe_after, QUIET_INTERVALS * self._usual)

    def bear(self, now: float, *, outage: bool = False) -> None:
        """Suspect nothing more for a pause, twice as long after each probe in an `outage`.

        A quiet with an outage in it teaches nothing.
        """
        self._outage = self._outage or outage
        if not outage:
            self._pause = self._patience.probe_pause
        self.suspicious_at = now + self._pause
        if outage:
            self._pause = min(2 * self._pause, self._patience.longest_probe_pause)
