"""Tasks by state: the counts of the scheduler, and the ends observed by this monitor."""

from __future__ import annotations

from collections.abc import Mapping

from scaler_monitor.model.message_counters import Counters
from scaler_monitor.wire.event import FAILED_STATES, FINAL_STATES


class TaskStates:
    """Counts by state. The scheduler's are exact, even if this monitor missed messages."""

    def __init__(self, limit: int) -> None:
        self._final = Counters(limit)
        self.reported: dict[str, int] | None = None
        """From the latest report: final states since the scheduler started, others now; None if unknown."""
        self.seen: dict[str, int] = {}
        """Observed ends by final state; a task counts again if it reappears and ends again."""
        self._limit = limit

    @property
    def rate(self) -> float | None:
        """Ended tasks per second, from the reports; None before the second report."""
        rates = self._final.rates
        return sum(rates.values()) if self._final.totals is not None and rates else None

    @property
    def failed_rate(self) -> float | None:
        """Failed tasks per second, from the reports; None if `rate` is None."""
        if self.rate is None:
            return None
        return sum(rate for state, rate in self._final.rates.items() if state in FAILED_STATES)

    @property
    def open(self) -> int | None:
        """Number of open tasks in the latest report; None if unknown."""
        if self.reported is None:
            return None
        return sum(count for state, count in self.reported.items() if state not in FINAL_STATES)

    @property
    def inactive(self) -> int | None:
        """Number of tasks waiting at the scheduler in the latest report; None if unknown."""
        return None if self.reported is None else self.reported.get("inactive", 0)

    def apply(self, reported: Mapping[str, int] | None, now: float) -> bool:
        """Apply the counts of a report; return whether the totals were reset."""
        if reported is None:
            self.reported = None
            return self._final.apply(None, now)
        self.reported = dict(list(reported.items())[: self._limit])
        return self._final.apply({s: n for s, n in self.reported.items() if s in FINAL_STATES}, now)

    def snapshot(self) -> TaskStates:
        """Return a copy."""
        other = TaskStates(self._limit)
        other._final = self._final.snapshot()
        other.reported, other.seen = self.reported, self.seen.copy()
        return other
