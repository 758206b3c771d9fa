"""The scheduler itself: its own figures, and how its reports come."""

from __future__ import annotations

from collections import deque
from statistics import median

from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.wire.event import StateScheduler

RECENT_REPORTS = 15
STALE_AFTER_INTERVALS = 5
STALE_AT_LEAST_SECONDS = 2.0
"""Below this age a report is never stale: faster intervals than this jitter."""


class Scheduler:
    """What the latest report says of the scheduler itself."""

    def __init__(self) -> None:
        self.cpu_permille: int | None = None
        """CPU in tenths of a percent of one core, as the latest report says; None before the first."""
        self.rss_bytes: int | None = None
        """Memory of its process."""
        self.rss_free_bytes: int | None = None
        """Memory left on its machine."""
        self.report_time: float | None = None
        """Unix seconds of the arrival of the latest report."""
        self.reports = 0
        self.restarts = 0
        """Times that its totals began again."""
        self._uninterrupted = True
        self._intervals: deque[float] = deque(maxlen=RECENT_REPORTS)

    @property
    def report_interval(self) -> float | None:
        """The usual distance between reports in seconds; None until two have come."""
        return median(self._intervals) if self._intervals else None

    def is_stale(self, now: float) -> bool:
        """Whether reports have stopped coming: what is told by the second is of then, not of now."""
        interval = self.report_interval
        if interval is None or self.report_time is None:
            return False
        return now - self.report_time > max(STALE_AFTER_INTERVALS * interval, STALE_AT_LEAST_SECONDS)

    def apply(self, report: StateScheduler, now: float) -> None:
        """Take a report."""
        if self._uninterrupted and self.report_time is not None and now > self.report_time:
            self._intervals.append(now - self.report_time)
        self._uninterrupted = True
        self.cpu_permille = report.cpu_permille
        self.rss_bytes, self.rss_free_bytes = (
            valid_or_none(report.rss_bytes),
            valid_or_none(report.rss_free_bytes),
        )
        self.report_time = now
        self.reports += 1

    def connection_lost(self) -> None:
        """The connection broke: the distance to the next report says nothing of the interval."""
        self._uninterrupted = False

    def snapshot(self) -> Scheduler:
        """Copy."""
        other = Scheduler()
        other.__dict__.update(self.__dict__)
        other._intervals = self._intervals.copy()
        return other
