"""The scheduler's message counters and their rates."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice

RATE_REPORTS = 5
"""Rates are averages over this many reports."""


class Counters:
    """Totals by name, which are reset when the scheduler restarts."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.totals: dict[str, int] | None = None
        """Totals in the latest report; None if it has none."""
        self.dropped_names = 0
        """Number of names beyond the limit in the latest report."""
        self._samples: deque[tuple[float, dict[str, int]]] = deque(maxlen=RATE_REPORTS + 1)

    def apply(self, totals: Mapping[str, int] | None, now: float) -> bool:
        """Apply the totals of a report; return whether they were reset."""
        samples = self._samples
        if totals is None:
            self.totals = None
            samples.clear()
            return False
        kept = dict(islice(totals.items(), self._limit))
        self.dropped_names = len(totals) - len(kept)
        before = samples[-1][1] if samples else {}
        again = any(kept.get(name, 0) < count for name, count in before.items())
        if again or (samples and now <= samples[-1][0]):
            samples.clear()
        self.totals = kept
        samples.append((now, kept))
        return again

    @property
    def rates(self) -> dict[str, float]:
        """Growth per second by name, over the last RATE_REPORTS; empty before the second report."""
        if len(self._samples) < 2:
            return {}
        (then, before), (now, after) = self._samples[0], self._samples[-1]
        return {name: (count - before.get(name, 0)) / (now - then) for name, count in after.items()}

    def snapshot(self) -> Counters:
        """Copy."""
        other = Counters(self._limit)
        other.totals, other.dropped_names = self.totals, self.dropped_names
        other._samples = self._samples.copy()
        return other


class MessageCounters:
    """Counters of sent and received messages, by message name."""

    def __init__(self, limit: int) -> None:
        self.sent = Counters(limit)
        self.received = Counters(limit)

    def snapshot(self) -> MessageCounters:
        """Copy."""
        other = MessageCounters.__new__(MessageCounters)
        other.sent, other.received = self.sent.snapshot(), self.received.snapshot()
        return other
