"""What one rule sees at one moment: not told before it has held for long enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scaler_monitor.findings.finding import Figure, Severity

Cause = tuple[str, str]
"""Kind and id of something that a sign blames: signs that share one have one cause."""


def nothing_compared() -> tuple[str, ...]:
    """Nothing sets the bad apart from the good."""
    return ()


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
    compare: Callable[[], tuple[str, ...]] = nothing_compared
    """Works out what sets the bad apart from the good; asked while a finding is told, not each time."""
