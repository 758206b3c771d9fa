"""Findings, and whether each rule could be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "notice"]
Figure = float | int | str

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "notice")
"""Most severe first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; times are Unix seconds."""

    id: str
    rule: str
    severity: Severity
    since: float
    """When the problem started, as far as is known."""
    ended: float | None
    """None while the finding is active."""
    subject_kind: str
    """As `TableQuestion.scope_kind` ("worker", "machine", "manager", "client", "function", "task"), or
    "capability", "scheduler", "cluster"."""
    subject: str
    """Id of the subject; for "capability" the names, separated by spaces."""
    text: str
    """One sentence with the figures."""
    evidence: Mapping[str, Figure]
    compared: tuple[str, ...]
    """Attributes that distinguish affected items from the others, largest difference first."""
    advice: str
    merged: tuple[str, ...]
    """Other rules with the same cause, which have no finding of their own."""
    acknowledged_until: float | None


@dataclass(frozen=True, slots=True)
class RuleState:
    """Whether a rule could be evaluated; `not_told`: not available in this release."""

    rule: str
    state: Literal["judged", "muted", "not_told"]
    reason: str
    """Why it was not evaluated; "" if it was."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes made by one observation."""

    started: tuple[Finding, ...] = ()
    ended: tuple[Finding, ...] = ()
    """Findings that ended, and findings merged into another one because the cause is the same."""
