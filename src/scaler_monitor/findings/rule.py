"""The definition of a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View


@dataclass(frozen=True, slots=True)
class Hold:
    """How long a symptom must be present before its finding starts, and absent before it ends."""

    begin_seconds: float = 0.0
    begin_reports: int = 1
    clear_seconds: float = 0.0
    clear_reports: int = 1


def always_available(_: View) -> str:
    """Every release reports what the rule needs; return ""."""
    return ""


def no_history(_: Thresholds) -> float:
    """The rule needs no history; return 0 seconds."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its functions depend on their arguments only."""

    name: str
    find: Callable[[View, frozenset[str]], list[Symptom]]
    """Return the symptoms in the current report. The second argument has the keys of symptoms that are
    already findings, for rules with a lower threshold to clear (hysteresis)."""
    hold: Callable[[Thresholds], Hold]
    unavailable_reason: Callable[[View], str] = always_available
    """Return why the rule is not available in this release; "" if it is."""
    history_seconds: Callable[[Thresholds], float] = no_history
    """Return the seconds of observation without a gap that the rule needs before it can be evaluated."""
