"""Detects that a connection has been idle for unusually long, so that a second one should probe the
scheduler.
"""

from __future__ import annotations

from scaler_monitor.wire.destination import Timeouts

IDLE_INTERVALS = 5.0  # a probe is due after this many usual gaps
GAP_DECAY = 0.9  # factor by which each later gap decreases the remembered longest gap
SHORTEST_GAP_SECONDS = 0.2  # a shorter gap is within one burst


class IdleDetector:
    """Keeps the time of the last received data and the usual length of gaps, in monotonic seconds."""

    def __init__(self, now: float, timeouts: Timeouts) -> None:
        self.since = now
        self.probe_at = now + timeouts.probe_after
        self._timeouts = timeouts
        self._pause = timeouts.probe_interval
        self._usual = 0.0
        self._outage = False

    def received(self, now: float, *, usual: bool = True) -> None:
        """Data was received; the gap before it counts as usual unless `usual` is False."""
        gap = now - self.since
        if usual and gap > SHORTEST_GAP_SECONDS and not self._outage:
            self._usual = max(gap, self._usual * GAP_DECAY)
        self.since = now
        self._outage = False
        self._pause = self._timeouts.probe_interval
        self.probe_at = now + max(self._timeouts.probe_after, IDLE_INTERVALS * self._usual)

    def postpone(self, now: float, *, outage: bool = False) -> None:
        """Postpone the next probe by the probe interval, which doubles after each probe in an `outage`.

        A gap with an outage in it is not counted as usual.
        """
        self._outage = self._outage or outage
        if not outage:
            self._pause = self._timeouts.probe_interval
        self.probe_at = now + self._pause
        if outage:
            self._pause = min(2 * self._pause, self._timeouts.max_probe_interval)
