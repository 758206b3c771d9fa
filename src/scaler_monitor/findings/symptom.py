"""A symptom: a problem that one rule detects in one report. It becomes a finding after the hold time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scaler_monitor.findings.finding import Figure, Severity

Cause = tuple[str, str]
"""Kind and id of a possible cause; symptoms that share one are merged into one finding."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """A problem detected by one rule in one report."""

    key: str
    """Identifies the symptom from report to report."""
    severity: Severity
    subject_kind: str
    subject: str
    text: str
    advice: str
    evidence: Mapping[str, Figure] = field(default_factory=dict)
    causes: frozenset[Cause] = frozenset()
    specific: float = 0.0
    """Among merged symptoms, the one with the highest value represents the finding."""
    weight: float = 0.0
    """Relative weight among the symptoms of one rule."""
    since: float | None = None
    """When the problem started, in Unix seconds; None: when it was first detected."""
    compare: Callable[[], tuple[str, ...]] | None = None
    """Returns the attributes that distinguish affected items from the others. It keeps a reference to the
    report of the symptom: call it during that report only, and do not store it."""
