"""How many tasks are in each state: as the scheduler says, and as this monitor saw them end."""

from __future__ import annotations

from collections.abc import Mapping

from scaler_monitor.model.message_counters import Counters
from scaler_monitor.wire.event import FAILED_STATES, FINAL_STATES


class TaskStates:
    """Counts by state. The scheduler's are the truth, whatever this monitor missed."""

    def __init__(self, limit: int) -> None:
        self._final = Counters(limit)
        self.reported: dict[str, int] | None = None
        """As the latest report says: final states since its start, others now; None where it is unknown."""
        self.seen: dict[str, int] = {}
        """Ends that this monitor saw, by final state; a task once, and again only after it came back."""
        self._limit = limit

    @property
    def rate(self) -> float | None:
        """Tasks that ended a second, by the reports; None until two have come."""
        rates = self._final.rates
        return sum(rates.values()) if self._final.totals is not None and rates else None

    @property
    def failed_rate(self) -> float | None:
        """Tasks that failed a second, by the reports; None where `rate` is."""
        if self.rate is None:
            return None
        return sum(rate for state, rate in self._final.rates.items() if state in FAILED_STATES)

    @property
    def living(self) -> int | None:
        """Tasks that have not ended, by the latest report."""
        if self.reported is None:
            return None
        return sum(count for state, count in self.reported.items() if state not in FINAL_STATES)

    @property
    def inactive(self) -> int | None:
        """Tasks that wait at the scheduler, by the latest report."""
        return None if self.reported is None else self.reported.get("inactive", 0)

    def apply(self, reported: Mapping[str, int] | None, now: float) -> bool:
        """Take a report's counts; says whether its totals began again."""
        if reported is None:
            self.reported = None
            return self._final.apply(None, now)
        self.reported = dict(list(reported.items())[: self._limit])
        return self._final.apply({s: n for s, n in self.reported.items() if s in FINAL_STATES}, now)

    def snapshot(self) -> TaskStates:
        """Copy."""
        other = TaskStates(self._limit)
        other._final = self._final.snapshot()
        other.reported, other.seen = self.reported, self.seen.copy()
        return other
