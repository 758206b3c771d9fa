"""Findings over time: evaluate rules, apply hold times, merge causes, keep ended findings."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.finding import SEVERITIES, Changes, Finding, RuleState
from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.history.recent_history import RecentHistory
from scaler_monitor.findings.merging import Group, group_by_cause, make_finding, sort_key
from scaler_monitor.findings.muting import mute_reason
from scaler_monitor.findings.rule import Rule
from scaler_monitor.findings.rules.registry import RULES
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.symptom_tracker import SymptomTracker, TrackedSymptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.model.cluster_state import ClusterState

NO_REPORT = "no report has arrived yet"


class FindingsTracker:
    """The findings of one cluster. Not thread-safe; `now` is Unix seconds."""

    def __init__(self, thresholds: Thresholds | None = None, rules: Sequence[Rule] = RULES) -> None:
        self.thresholds = thresholds or Thresholds()
        self.history = RecentHistory(self.thresholds)
        """Data of the last minutes that rules need."""
        self.findings: tuple[Finding, ...] = ()
        """Active findings, most severe first."""
        self.rules: tuple[RuleState, ...] = tuple(RuleState(rule.name, "muted", NO_REPORT) for rule in rules)
        """Whether each rule could be evaluated at the latest observation."""
        self._rules = {rule.name: rule for rule in rules}
        self._trackers = {rule.name: SymptomTracker(rule.name) for rule in rules}
        self._ended: deque[Finding] = deque(maxlen=self.thresholds.ended_findings)
        self._finding_count = 0
        self._report = 0
        self._restarts: int | None = None
        self._restarted: float | None = None
        self._last_break: tuple[float | None, float | None] = (None, None)
        self._last: float | None = None

    @property
    def ended(self) -> tuple[Finding, ...]:
        """Findings that ended recently, latest first."""
        return tuple(reversed(self._ended))

    def observe(self, state: ClusterState, condition: FeedCondition, now: float) -> Changes:
        """Observe the cluster and return what changed: call it after each report, and about once a second
        while none arrives.

        Rules are evaluated once per report; a call without a new report only updates `rules`.
        """
        elapsed = 0.0 if self._last is None else max(now - self._last, 0.0)
        self._last = now
        condition = self._add_model_breaks(state, condition, now)
        columns, reports = state.workers.columns, state.scheduler.reports
        if columns is None:
            return Changes()
        new_report, self._report = reports != self._report, reports
        fleet = Fleet(state.workers, columns)
        muted = mute_reason(condition, self.thresholds, now)
        if new_report:
            one_byte = condition.generation == 1
            self.history.update(state, fleet, now, settled=not muted, one_byte=one_byte)
        view = View(state, fleet, self.history, condition, self.thresholds, now)
        newly_started: list[TrackedSymptom] = []
        cleared: list[TrackedSymptom] = []
        states = []
        for name, rule in self._rules.items():
            rule_tracker = self._trackers[name]
            rule_state = self._evaluate(rule, view, muted)
            states.append(rule_state)
            if rule_state.state == "judged" and new_report:
                symptoms = self._worst(rule.find(view, rule_tracker.open_keys), rule_tracker.open_keys)
                started, newly_cleared = rule_tracker.update(symptoms, rule.hold(self.thresholds), now)
                newly_started += started
                cleared += newly_cleared
            elif rule_state.state == "not_told":
                cleared += [tracked for tracked in rule_tracker.tracked.values() if tracked.id]
                rule_tracker.tracked.clear()
            elif rule_state.state == "muted":
                rule_tracker.postpone(elapsed)
        self.rules = tuple(states)
        for tracked in newly_started:
            self._finding_count += 1
            tracked.id, tracked.started = f"F{self._finding_count}", now
        self._remove_old(now)
        changes = self._publish(cleared, now) if new_report or cleared else Changes()
        for rule_tracker in self._trackers.values():
            rule_tracker.drop_comparisons()
        return changes

    def acknowledge(self, finding_id: str, until: float) -> bool:
        """Acknowledge a finding until a Unix time: it stays listed, after all others. Return False if no
        active finding has this id."""
        if not any(finding.id == finding_id for finding in self.findings):
            return False
        for group in self._groups():
            if group.id == finding_id:
                for tracked in (group.primary, *group.merged_symptoms):
                    tracked.acknowledged_until = until
        now = 0.0 if self._last is None else self._last
        self._publish([], now)
        return True

    def _evaluate(self, rule: Rule, view: View, muted: str) -> RuleState:
        """Return whether a rule can be judged; `muted` is why no rule can be, or ""."""
        reason = rule.unavailable_reason(view)
        if reason:
            return RuleState(rule.name, "not_told", reason)
        reason = muted
        needs = rule.history_seconds(self.thresholds)
        if not reason and view.watched_seconds < needs:
            reason = f"it needs {needs:.0f} s of history, and has {view.watched_seconds:.0f} s"
        return RuleState(rule.name, "muted" if reason else "judged", reason)

    def _worst(self, symptoms: list[Symptom], open_keys: frozenset[str]) -> list[Symptom]:
        """Return at most as many as one rule may have: existing findings first, then the most severe."""
        most = self.thresholds.max_symptoms_per_rule
        if len(symptoms) <= most:
            return symptoms
        return sorted(
            symptoms,
            key=lambda each: (each.key not in open_keys, SEVERITIES.index(each.severity), -each.weight),
        )[:most]

    def _add_model_breaks(self, state: ClusterState, condition: FeedCondition, now: float) -> FeedCondition:
        """Return the condition with the model's gaps and restarts added; a new one clears the history."""
        restarts = state.scheduler.restarts
        if self._restarts is not None and restarts != self._restarts:
            self._restarted = now
        self._restarts = restarts
        gaps = state.gaps.closed
        gap = _latest(condition.last_gap, gaps[-1][1] if gaps else None)
        condition = replace(
            condition, last_gap=gap, last_restart=_latest(condition.last_restart, self._restarted)
        )
        last_break = (condition.last_gap, condition.last_restart)
        if last_break != self._last_break:
            self.history.clear()
            self._last_break = last_break
        return condition

    def _groups(self) -> list[Group]:
        reported = [
            tracked
            for rule_tracker in self._trackers.values()
            for tracked in rule_tracker.tracked.values()
            if tracked.id
        ]
        return group_by_cause(reported)

    def _publish(self, cleared: list[TrackedSymptom], now: float) -> Changes:
        before = {finding.id: finding for finding in self.findings}
        ranked = []
        for group in self._groups():
            primary = group.primary
            compare = primary.symptom.compare
            if (
                compare is not None
                and now - primary.compared_at >= self.thresholds.comparison_interval_seconds
            ):
                primary.compared, primary.compared_at = compare(), now
            finding = make_finding(group)
            ranked.append((sort_key(finding, primary.symptom.weight, now), finding))
        self.findings = tuple(finding for _, finding in sorted(ranked, key=lambda pair: pair[0]))
        after = {finding.id for finding in self.findings}
        newly_cleared = {tracked.id for tracked in cleared}
        ended = []
        for finding_id, finding in before.items():
            if finding_id in after:
                continue
            ended.append(replace(finding, ended=now))
            if finding_id in newly_cleared:
                self._ended.append(ended[-1])
        started = tuple(finding for finding in self.findings if finding.id not in before)
        return Changes(started, tuple(ended))

    def _remove_old(self, now: float) -> None:
        while self._ended and (self._ended[0].ended or now) < now - self.thresholds.ended_seconds:
            self._ended.popleft()


def _latest(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)
