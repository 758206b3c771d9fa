"""What is told: findings, and how far each rule could be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "notice"]
Figure = float | int | str

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "notice")
"""The worst first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; times are unix seconds."""

    id: str
    rule: str
    severity: Severity
    since: float
    """When it began, as far as is known."""
    ended: float | None
    """None while it goes on."""
    subject_kind: str
    """As `TableQuestion.scope_kind` ("worker", "machine", "manager", "client", "function", "task"), or
    "capability", "scheduler", "cluster"."""
    subject: str
    """Its id; of a capability the names, with a space between."""
    text: str
    """One plain sentence with figures."""
    evidence: Mapping[str, Figure]
    compared: tuple[str, ...]
    """What sets the bad apart from the good, the greatest difference first."""
    advice: str
    merged: tuple[str, ...]
    """Rules that saw the same cause and are not told by themselves."""
    acknowledged_until: float | None


@dataclass(frozen=True, slots=True)
class RuleState:
    """Whether a rule could be judged."""

    rule: str
    state: Literal["judged", "muted", "not_told"]
    reason: str
    """Why it was not judged; "" where it was."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one look has changed."""

    begun: tuple[Finding, ...] = ()
    ended: tuple[Finding, ...] = ()
    """Those that are over, and those that turned out to have the cause of another one."""
