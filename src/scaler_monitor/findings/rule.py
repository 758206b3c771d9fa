"""What a rule is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View


@dataclass(frozen=True, slots=True)
class Hold:
    """How long a sign must be seen before it is told, and unseen before it is over."""

    begin_seconds: float = 0.0
    begin_reports: int = 1
    clear_seconds: float = 0.0
    clear_reports: int = 1


def always_told(_: View) -> str:
    """Every release tells what the rule needs."""
    return ""


def no_history(_: Thresholds) -> float:
    """The rule needs the present only."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its functions are pure: all that they know is in the view."""

    name: str
    find: Callable[[View, frozenset[str]], list[Sign]]
    """Return what is wrong now; the keys are of signs that are findings already, for a lower limit."""
    hold: Callable[[Thresholds], Hold]
    not_told: Callable[[View], str] = always_told
    """Return why this release does not tell what the rule needs; "" where it does."""
    history_seconds: Callable[[Thresholds], float] = no_history
    """How long the rule must have watched, without a gap, before it can be judged."""
