"""Merge symptoms with a common cause into one finding, represented by the most specific symptom."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaler_monitor.findings.finding import SEVERITIES, Figure, Finding
from scaler_monitor.findings.symptom import Cause
from scaler_monitor.findings.symptom_tracker import TrackedSymptom

MAX_MERGED = 8
"""Limit on the merged sentences that a finding carries as evidence."""


@dataclass(slots=True)
class Group:
    """Symptoms with a common cause: the most specific one, and those merged into it."""

    primary: TrackedSymptom
    merged_symptoms: list[TrackedSymptom] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Id of the finding: that of the symptom reported first."""
        return min(
            (self.primary, *self.merged_symptoms), key=lambda tracked: (tracked.started, tracked.id)
        ).id


def group_by_cause(reported: list[TrackedSymptom]) -> list[Group]:
    """Return the groups; a symptom joins the most specific group that shares a cause with it."""
    groups: list[Group] = []
    group_of_cause: dict[Cause, int] = {}
    for tracked in sorted(
        reported, key=lambda each: (-each.symptom.specific, each.started, each.rule, each.symptom.key)
    ):
        group_index = min(
            (group_of_cause[cause] for cause in tracked.symptom.causes if cause in group_of_cause),
            default=None,
        )
        if group_index is not None:
            groups[group_index].merged_symptoms.append(tracked)
            continue
        for cause in tracked.symptom.causes:
            group_of_cause.setdefault(cause, len(groups))
        groups.append(Group(tracked))
    return groups


def make_finding(group: Group, ended: float | None = None) -> Finding:
    """Return the finding that represents a group."""
    primary, members = group.primary, [group.primary, *group.merged_symptoms]
    evidence: dict[str, Figure] = dict(primary.symptom.evidence)
    for number, tracked in enumerate(group.merged_symptoms[:MAX_MERGED]):
        name = tracked.rule if tracked.rule not in evidence else f"{tracked.rule} {number + 1}"
        evidence[name] = tracked.symptom.text
    severity = min((tracked.symptom.severity for tracked in members), key=SEVERITIES.index)
    acknowledged = [
        tracked.acknowledged_until for tracked in members if tracked.acknowledged_until is not None
    ]
    return Finding(
        id=group.id,
        rule=primary.rule,
        severity=severity,
        since=min(tracked.since for tracked in members),
        ended=ended,
        subject_kind=primary.symptom.subject_kind,
        subject=primary.symptom.subject,
        text=primary.symptom.text,
        evidence=evidence,
        compared=primary.compared,
        advice=primary.symptom.advice,
        merged=tuple(sorted({tracked.rule for tracked in group.merged_symptoms} - {primary.rule})),
        acknowledged_until=max(acknowledged, default=None),
    )


def sort_key(finding: Finding, weight: float, now: float) -> tuple[bool, int, float, float, str]:
    """Return the sort key: by severity, weight, then age; acknowledged findings come last."""
    acknowledged = finding.acknowledged_until is not None and finding.acknowledged_until > now
    return acknowledged, SEVERITIES.index(finding.severity), -weight, finding.since, finding.id
