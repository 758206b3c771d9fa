"""The scheduler process: its figures, and the interval of its reports."""

from __future__ import annotations

from collections import deque
from statistics import median

from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.wire.event import StateScheduler

RECENT_REPORTS = 15
"""The report interval is the median over this many reports."""
STALE_AFTER_INTERVALS = 5
"""Reports are stale when none arrived for this many intervals."""
STALE_AT_LEAST_SECONDS = 2.0
"""A younger report is never stale: short intervals vary."""


class Scheduler:
    """Figures of the scheduler process, from the latest report."""

    def __init__(self) -> None:
        self.cpu_permille: int | None = None
        """CPU in permille of one core; None before the first report."""
        self.rss_bytes: int | None = None
        """Memory of the process; None if unknown."""
        self.rss_free_bytes: int | None = None
        """Free memory of its machine; None if unknown."""
        self.report_time: float | None = None
        """Arrival of the latest report, in unix seconds."""
        self.reports = 0
        """Number of reports so far."""
        self.restarts = 0
        """Number of resets of its totals: each is a restart of the scheduler."""
        self._uninterrupted = True
        self._intervals: deque[float] = deque(maxlen=RECENT_REPORTS)

    @property
    def report_interval(self) -> float | None:
        """The median interval of reports in seconds; None before the second report."""
        return median(self._intervals) if self._intervals else None

    def is_stale(self, now: float) -> bool:
        """Whether reports have stopped arriving, so that rates are not current."""
        interval = self.report_interval
        if interval is None or self.report_time is None:
            return False
        return now - self.report_time > max(STALE_AFTER_INTERVALS * interval, STALE_AT_LEAST_SECONDS)

    def apply(self, report: StateScheduler, now: float) -> None:
        """Apply a report."""
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
        """Exclude the time to the next report from the interval."""
        self._uninterrupted = False

    def snapshot(self) -> Scheduler:
        """Return a copy."""
        other = Scheduler()
        other.__dict__.update(self.__dict__)
        other._intervals = self._intervals.copy()
        return other
