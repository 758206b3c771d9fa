"""What one rule sees at one moment: not told before it has held for long enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scaler_monitor.findings.finding import Figure, Severity

Cause = tuple[str, str]
"""Kind and id of something that a sign blames: signs that share one have one cause."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is wrong by one rule."""

    key: str
    """What it is about: the same from report to report."""
    severity: Severity
    subject_kind: str
    subject: str
    text: str
    advice: str
    evidence: Mapping[str, Figure] = field(default_factory=dict)
    causes: frozenset[Cause] = frozenset()
    specific: float = 0.0
    """Of signs with one cause, the one with the highest is told."""
    weight: float = 0.0
    """How bad, among signs of one rule."""
    since: float | None = None
    """When it began by what it is told from; None where that is when it was first seen."""
    compare: Callable[[], tuple[str, ...]] | None = None
    """Works out what sets the bad apart from the good. It is asked at the report that the sign is of, if at
    all: it has hold of that report, and must not be kept."""
