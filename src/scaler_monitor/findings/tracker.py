"""Findings over time: rules are asked at each report, holds kept, causes merged, what ended remembered."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.finding import SEVERITIES, Changes, Finding, RuleState
from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.holds import Held, Holds
from scaler_monitor.findings.merging import Group, finding_of, group_by_cause, rank
from scaler_monitor.findings.muting import why_muted
from scaler_monitor.findings.recent.recent import Recent
from scaler_monitor.findings.rule import Rule
from scaler_monitor.findings.rules.registry import RULES
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.model.cluster_state import ClusterState

NO_REPORT = "no report has come yet"


class FindingsTracker:
    """What is wrong with one cluster. One thread at a time; `now` is unix seconds, handed in."""

    def __init__(self, thresholds: Thresholds | None = None, rules: Sequence[Rule] = RULES) -> None:
        self.thresholds = thresholds or Thresholds()
        self.recent = Recent(self.thresholds)
        """What rules know of the last minutes."""
        self.findings: tuple[Finding, ...] = ()
        """Those that go on, the worst first."""
        self.rules: tuple[RuleState, ...] = tuple(RuleState(rule.name, "muted", NO_REPORT) for rule in rules)
        """How far each rule could be judged at the latest look."""
        self._rules = {rule.name: rule for rule in rules}
        self._holds = {rule.name: Holds(rule.name) for rule in rules}
        self._ended: deque[Finding] = deque(maxlen=self.thresholds.ended_findings)
        self._told = 0
        self._report = 0
        self._restarts: int | None = None
        self._restarted: float | None = None
        self._broken: tuple[float | None, float | None] = (None, None)
        self._last: float | None = None

    @property
    def ended(self) -> tuple[Finding, ...]:
        """Those that ended lately, the latest first."""
        return tuple(reversed(self._ended))

    def observe(self, state: ClusterState, condition: FeedCondition, now: float) -> Changes:
        """Look at the cluster: after each report, and about once a second while none comes.

        Rules are asked once a report; a look without a new one only says whether they can be judged.
        """
        passed = 0.0 if self._last is None else max(now - self._last, 0.0)
        self._last = now
        condition = self._with_breaks(state, condition, now)
        columns, reports = state.workers.columns, state.scheduler.reports
        if columns is None:
            return Changes()
        fresh, self._report = reports != self._report, reports
        fleet = Fleet(state.workers, columns)
        if fresh:
            settled = why_muted(condition, self.thresholds, now) == ""
            one_byte = condition.generation == 1
            self.recent.take(state, fleet, now, settled=settled, one_byte=one_byte)
        view = View(state, fleet, self.recent, condition, self.thresholds, now)
        begin: list[Held] = []
        over: list[Held] = []
        states = []
        for name, rule in self._rules.items():
            holds = self._holds[name]
            told = self._judge(rule, view)
            states.append(told)
            if told.state == "judged" and fresh:
                signs = self._worst(rule.find(view, holds.open_keys), holds.open_keys)
                begun, gone = holds.take(signs, rule.hold(self.thresholds), now)
                begin += begun
                over += gone
            elif told.state == "not_told":
                over += [held for held in holds.held.values() if held.id]
                holds.held.clear()
            elif told.state == "muted":
                holds.wait(passed)
        self.rules = tuple(states)
        for held in begin:
            self._told += 1
            held.id, held.begun = f"F{self._told}", now
        self._forget_old(now)
        changes = self._publish(over, now) if fresh or over else Changes()
        for holds in self._holds.values():
            holds.let_go()
        return changes

    def acknowledge(self, finding_id: str, until: float) -> bool:
        """Let a finding rest until a unix time: it is still told, but after all others. False where it is
        none that goes on."""
        if not any(finding.id == finding_id for finding in self.findings):
            return False
        for group in self._groups():
            if group.id == finding_id:
                for held in (group.lead, *group.followers):
                    held.acknowledged_until = until
        now = 0.0 if self._last is None else self._last
        self._publish([], now)
        return True

    def _judge(self, rule: Rule, view: View) -> RuleState:
        why = rule.not_told(view)
        if why:
            return RuleState(rule.name, "not_told", why)
        why = why_muted(view.condition, self.thresholds, view.now)
        needs = rule.history_seconds(self.thresholds)
        if not why and view.watched_seconds < needs:
            why = f"it needs {needs:.0f} s of history, and has {view.watched_seconds:.0f} s"
        return RuleState(rule.name, "muted" if why else "judged", why)

    def _worst(self, signs: list[Sign], open_keys: frozenset[str]) -> list[Sign]:
        """Return as many as one rule may have: those that are told already, then the worst."""
        most = self.thresholds.signs_of_a_rule
        if len(signs) <= most:
            return signs
        return sorted(
            signs, key=lambda each: (each.key not in open_keys, SEVERITIES.index(each.severity), -each.weight)
        )[:most]

    def _with_breaks(self, state: ClusterState, condition: FeedCondition, now: float) -> FeedCondition:
        """Return the condition with the model's gaps and restarts; a new past begins after each."""
        restarts = state.scheduler.restarts
        if self._restarts is not None and restarts != self._restarts:
            self._restarted = now
        self._restarts = restarts
        gaps = state.gaps.closed
        gap = _later(condition.last_gap, gaps[-1][1] if gaps else None)
        condition = replace(
            condition, last_gap=gap, last_restart=_later(condition.last_restart, self._restarted)
        )
        broken = (condition.last_gap, condition.last_restart)
        if broken != self._broken:
            self.recent.forget()
            self._broken = broken
        return condition

    def _groups(self) -> list[Group]:
        told = [held for holds in self._holds.values() for held in holds.held.values() if held.id]
        return group_by_cause(told)

    def _publish(self, over: list[Held], now: float) -> Changes:
        before = {finding.id: finding for finding in self.findings}
        ranked = []
        for group in self._groups():
            lead = group.lead
            compare = lead.sign.compare
            if compare is not None and now - lead.compared_at >= self.thresholds.compared_again_seconds:
                lead.compared, lead.compared_at = compare(), now
            finding = finding_of(group)
            ranked.append((rank(finding, lead.sign.weight, now), finding))
        self.findings = tuple(finding for _, finding in sorted(ranked, key=lambda pair: pair[0]))
        after = {finding.id for finding in self.findings}
        gone = {held.id for held in over}
        ended = []
        for finding_id, finding in before.items():
            if finding_id in after:
                continue
            ended.append(replace(finding, ended=now))
            if finding_id in gone:
                self._ended.append(ended[-1])
        begun = tuple(finding for finding in self.findings if finding.id not in before)
        return Changes(begun, tuple(ended))

    def _forget_old(self, now: float) -> None:
        while self._ended and (self._ended[0].ended or now) < now - self.thresholds.ended_seconds:
            self._ended.popleft()


def _later(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)
