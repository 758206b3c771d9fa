"""Symptoms of one rule over time: pending, reported as a finding, or about to clear."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scaler_monitor.findings.rule import Hold
from scaler_monitor.findings.symptom import Symptom


@dataclass(slots=True)
class TrackedSymptom:
    """One symptom over time. Times are Unix seconds; they are shifted while the rule cannot be evaluated."""

    rule: str
    symptom: Symptom
    """As of the latest report that had it."""
    first: float
    reports: int = 0
    """Consecutive reports that had it."""
    absent_since: float | None = None
    absent_reports: int = 0
    id: str = ""
    """Id of its finding; "" until one is reported."""
    started: float = 0.0
    acknowledged_until: float | None = None
    compared: tuple[str, ...] = ()
    compared_at: float = float("-inf")

    @property
    def since(self) -> float:
        """When the problem started, as far as is known."""
        return self.first if self.symptom.since is None else min(self.symptom.since, self.first)


class SymptomTracker:
    """All symptoms of one rule, by key."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.tracked: dict[str, TrackedSymptom] = {}

    @property
    def open_keys(self) -> frozenset[str]:
        """Keys of the symptoms that are reported as findings."""
        return frozenset(key for key, tracked in self.tracked.items() if tracked.id)

    def update(
        self, symptoms: list[Symptom], hold: Hold, now: float
    ) -> tuple[list[TrackedSymptom], list[TrackedSymptom]]:
        """Process the symptoms of one report; return those that became findings and those that cleared."""
        seen = {symptom.key: symptom for symptom in symptoms}
        started, cleared = [], []
        for key, symptom in seen.items():
            tracked = self.tracked.get(key)
            if tracked is None:
                tracked = self.tracked[key] = TrackedSymptom(self.rule, symptom, now)
            tracked.symptom = symptom
            tracked.reports += 1
            tracked.absent_since, tracked.absent_reports = None, 0
            if (
                not tracked.id
                and tracked.reports >= hold.begin_reports
                and now - tracked.first >= hold.begin_seconds
            ):
                started.append(tracked)
        for key in [key for key in self.tracked if key not in seen]:
            tracked = self.tracked[key]
            if not tracked.id:
                del self.tracked[key]
                continue
            if tracked.absent_since is None:
                tracked.absent_since = now
            tracked.absent_reports += 1
            absent_seconds = now - tracked.absent_since
            if tracked.absent_reports >= hold.clear_reports and absent_seconds >= hold.clear_seconds:
                cleared.append(self.tracked.pop(key))
        return started, cleared

    def drop_comparisons(self) -> None:
        """Drop the comparison callbacks, which keep a reference to the report."""
        for tracked in self.tracked.values():
            if tracked.symptom.compare is not None:
                tracked.symptom = replace(tracked.symptom, compare=None)

    def postpone(self, seconds: float) -> None:
        """Exclude a period in which the rule could not be evaluated from every hold time."""
        for tracked in self.tracked.values():
            if not tracked.id:
                tracked.first += seconds
            if tracked.absent_since is not None:
                tracked.absent_since += seconds
