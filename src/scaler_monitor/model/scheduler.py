"""The scheduler itself: its own figures, and how its reports come."""

from __future__ import annotations

from collections import deque
from statistics import median

from scaler_monitor.model.unknown import possible
from scaler_monitor.wire.event import StateScheduler

RECENT_REPORTS = 15
STALE_AFTER_INTERVALS = 5
STALE_AT_LEAST_SECONDS = 2.0
"""Below this age a report is never stale: faster intervals than this jitter."""


class Scheduler:
    """The latest report's own figures."""

    def __init__(self) -> None:
        self.report: StateScheduler | None = None
        """The latest report as it came; None before the first."""
        self.report_time: float | None = None
        """Unix seconds of its arrival."""
        self.reports = 0
        self.restarts = 0
        """Times that its totals began again."""
        self._unbroken = True
        self._distances: deque[float] = deque(maxlen=RECENT_REPORTS)

    @property
    def cpu_permille(self) -> int | None:
        """CPU in tenths of a percent of one core."""
        return None if self.report is None else self.report.cpu_permille

    @property
    def rss_bytes(self) -> int | None:
        """Memory of its process."""
        return None if self.report is None else possible(self.report.rss_bytes)

    @property
    def rss_free_bytes(self) -> int | None:
        """Memory left on its machine."""
        return None if self.report is None else possible(self.report.rss_free_bytes)

    @property
    def report_interval(self) -> float | None:
        """The usual distance between reports in seconds; None until two have come."""
        return median(self._distances) if self._distances else None

    def is_stale(self, now: float) -> bool:
        """Whether reports have stopped coming: what is told by the second is of then, not of now."""
        interval = self.report_interval
        if interval is None or self.report_time is None:
            return False
        return now - self.report_time > max(STALE_AFTER_INTERVALS * interval, STALE_AT_LEAST_SECONDS)

    def apply(self, report: StateScheduler, now: float) -> None:
        """Take a report."""
        if self._unbroken and self.report_time is not None and now > self.report_time:
            self._distances.append(now - self.report_time)
        self._unbroken = True
        self.report = report
        self.report_time = now
        self.reports += 1

    def interrupted(self) -> None:
        """The connection broke: the distance to the next report says nothing of the interval."""
        self._unbroken = False

    def snapshot(self) -> Scheduler:
        """Copy; the report is shared."""
        other = Scheduler()
        other.report, other.report_time, other.reports = self.report, self.report_time, self.reports
        other.restarts = self.restarts
        other._unbroken = self._unbroken
        other._distances = self._distances.copy()
        return other
