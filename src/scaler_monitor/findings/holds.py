"""Signs of one rule that are waiting to be told, told, or waiting to be over."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scaler_monitor.findings.rule import Hold
from scaler_monitor.findings.sign import Sign


@dataclass(slots=True)
class Held:
    """One sign on its way; times are unix seconds, moved on while the rule cannot be judged."""

    rule: str
    sign: Sign
    """As it was seen last."""
    first: float
    reports: int = 0
    """Reports in a row that had it."""
    absent_since: float | None = None
    absent_reports: int = 0
    id: str = ""
    """Of its finding; "" until it is told."""
    begun: float = 0.0
    acknowledged_until: float | None = None
    compared: tuple[str, ...] = ()
    compared_at: float = float("-inf")

    @property
    def since(self) -> float:
        """When it began, as far as is known."""
        return self.first if self.sign.since is None else min(self.sign.since, self.first)


class Holds:
    """All signs of one rule by key."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.held: dict[str, Held] = {}

    @property
    def open_keys(self) -> frozenset[str]:
        """Keys of signs that are told."""
        return frozenset(key for key, held in self.held.items() if held.id)

    def take(self, signs: list[Sign], hold: Hold, now: float) -> tuple[list[Held], list[Held]]:
        """Take what a rule saw in a report; returns those that are to be told from now on, and those over."""
        seen = {sign.key: sign for sign in signs}
        begin, over = [], []
        for key, sign in seen.items():
            held = self.held.get(key)
            if held is None:
                held = self.held[key] = Held(self.rule, sign, now)
            held.sign = sign
            held.reports += 1
            held.absent_since, held.absent_reports = None, 0
            if not held.id and held.reports >= hold.begin_reports and now - held.first >= hold.begin_seconds:
                begin.append(held)
        for key in [key for key in self.held if key not in seen]:
            held = self.held[key]
            if not held.id:
                del self.held[key]
                continue
            if held.absent_since is None:
                held.absent_since = now
            held.absent_reports += 1
            gone = now - held.absent_since
            if held.absent_reports >= hold.clear_reports and gone >= hold.clear_seconds:
                over.append(self.held.pop(key))
        return begin, over

    def let_go(self) -> None:
        """Let go of the report that signs were seen in."""
        for held in self.held.values():
            if held.sign.compare is not None:
                held.sign = replace(held.sign, compare=None)

    def wait(self, seconds: float) -> None:
        """Let time pass in which the rule could not be judged: it counts for no hold."""
        for held in self.held.values():
            if not held.id:
                held.first += seconds
            if held.absent_since is not None:
                held.absent_since += seconds
