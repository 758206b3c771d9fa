"""The status word: CONNECTING, LIVE, STALE or DISCONNECTED."""

from __future__ import annotations

from collections import deque
from statistics import median

from scaler_monitor.model.scheduler import STALE_AFTER_INTERVALS, STALE_AT_LEAST_SECONDS
from scaler_monitor.wire.feed import FeedState

STALE_WHILE_UNKNOWN_SECONDS = 60.0
"""Age from which the first report is stale, while the interval is unknown."""

_INTERVALS_KEPT = 9


class StatusWord:
    """The current word and the time of its last change. Times are monotonic seconds."""

    def __init__(self, started: float) -> None:
        self.word = "CONNECTING"
        self.since = started
        self._last_report: float | None = None
        self._report_connection = 0
        self._intervals: deque[float] = deque(maxlen=_INTERVALS_KEPT)
        self._event_connection = 0

    @property
    def report_interval(self) -> float | None:
        """Median interval in seconds of the reports of one connection; None before the second."""
        return median(self._intervals) if self._intervals else None

    def report_age(self, now: float) -> float | None:
        """Return the seconds since the last report; None before the first."""
        return None if self._last_report is None else max(0.0, now - self._last_report)

    def event_arrived(self, connection: int) -> None:
        """Record that an event arrived over connection number `connection`."""
        self._event_connection = connection

    def report_arrived(self, connection: int, arrived: float) -> None:
        """Record that a report arrived over connection number `connection`."""
        if self._last_report is not None and self._report_connection == connection:
            distance = arrived - self._last_report
            if distance > 0:
                self._intervals.append(distance)
        self._last_report, self._report_connection = arrived, connection

    def update(self, state: FeedState, now: float) -> str:
        """Update and return the word."""
        word = self._judge(state, now)
        if word != self.word:
            self.word, self.since = word, now
        return word

    def _judge(self, state: FeedState, now: float) -> str:
        if state.phase != "connected":
            return "DISCONNECTED" if state.connects else "CONNECTING"
        if self._event_connection != state.connects:
            return "CONNECTING"
        if state.problem:  # silent, and a new connection gets no greeting
            return "STALE"
        age, interval = self.report_age(now), self.report_interval
        if age is None:
            return "LIVE"
        limit = STALE_WHILE_UNKNOWN_SECONDS
        if interval is not None:
            limit = max(STALE_AFTER_INTERVALS * interval, STALE_AT_LEAST_SECONDS)
        return "STALE" if age > limit else "LIVE"
