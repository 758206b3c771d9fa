"""A monitor beside a town: what its findings were, second by second."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.findings.town import Town

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.finding import Changes, Finding
from scaler_monitor.findings.rule import Rule
from scaler_monitor.findings.rules.registry import RULES
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_model import ClusterModel


class Watch:
    """A monitor that begins to watch a town now."""

    def __init__(
        self,
        town: Town,
        thresholds: Thresholds | None = None,
        rules: Sequence[Rule] = RULES,
        without: str = "",
    ) -> None:
        self.town = town
        self.started = town.at
        self.model = ClusterModel(town.at)
        self.cluster = self.model.state
        self.model.feed_changed(True, town.at)
        asked = [rule for rule in rules if rule.name != without]
        self.tracker = FindingsTracker(thresholds, asked)
        self.seen: list[tuple[float, tuple[Finding, ...]]] = []
        self.connected, self.stale, self.shedding = True, False, False
        self.interval = 1
        """Seconds from report to report."""
        self.changes = Changes()
        """What the latest look changed."""
        self.last_gap: float | None = None
        self.last_restart: float | None = None

    def condition(self) -> FeedCondition:
        """How the feed fares."""
        generation = 2 if self.town.release.number >= 2.7 else 1
        return FeedCondition(
            connected=self.connected,
            stale=self.stale,
            shedding=self.shedding,
            generation=generation,
            watching_since=self.started,
            last_gap=self.last_gap,
            last_restart=self.last_restart,
        )

    def run(self, seconds: int, each: Callable[[Town], None] | None = None) -> tuple[Finding, ...]:
        """Let seconds pass; returns the findings at their end."""
        for _ in range(seconds):
            if each is not None:
                each(self.town)
            *events, report = self.town.second()
            at = self.town.at
            if at % self.interval == 0:
                events.append(report)
            self.model.apply_many(events, at)
            self.model.tick(at)
            self.changes = self.tracker.observe(self.cluster, self.condition(), at)
            self.seen.append((at, self.tracker.findings))
        return self.tracker.findings

    def until(self, rule: str, seconds: float, subject: str | None = None) -> Finding:
        """Let time pass until a rule has a finding, at most so long; returns that."""
        for _ in range(int(seconds)):
            self.run(1)
            for finding in self.tracker.findings:
                if finding.rule == rule and subject in (None, finding.subject):
                    return finding
        raise AssertionError(f"no {rule} within {seconds} s: {self.sentences()}")

    def until_clear(self, rule: str, seconds: float = 30.0) -> None:
        """Let time pass until a rule has no finding."""
        for _ in range(int(seconds)):
            self.run(1)
            if not any(rule in (finding.rule, *finding.merged) for finding in self.tracker.findings):
                return
        raise AssertionError(f"{rule} is still told after {seconds} s: {self.sentences()}")

    def worst(self) -> list[str]:
        """All that was told above a notice."""
        return sorted(
            {
                f"{finding.rule}: {finding.text}"
                for _, findings in self.seen
                for finding in findings
                if finding.severity != "notice"
            }
        )

    def sentences(self) -> list[str]:
        """What is told now."""
        return [f"{finding.severity} {finding.rule}: {finding.text}" for finding in self.tracker.findings]

    def state_of(self, rule: str) -> tuple[str, str]:
        """How far a rule is judged, and why not."""
        found = next(state for state in self.tracker.rules if state.rule == rule)
        return found.state, found.reason


def let_pass(town: Town, seconds: int) -> None:
    """Let seconds pass while nobody watches."""
    for _ in range(seconds):
        for _ in town.second():
            pass
