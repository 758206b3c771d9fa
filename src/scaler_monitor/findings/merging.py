"""One cause, one finding: what shares an entity is told once, by the sign that says most."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaler_monitor.findings.finding import SEVERITIES, Figure, Finding
from scaler_monitor.findings.holds import Held
from scaler_monitor.findings.sign import Cause

MOST_FOLLOWERS = 8
"""Sentences of others that a finding carries as evidence."""


@dataclass(slots=True)
class Group:
    """Signs with one cause: the one that is told, and those that bear it out."""

    lead: Held
    followers: list[Held] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The finding's id: of the sign that was told first."""
        return min((self.lead, *self.followers), key=lambda held: (held.begun, held.id)).id


def group_by_cause(told: list[Held]) -> list[Group]:
    """Return the groups; a sign joins the most specific one that blames something that it blames, too."""
    groups: list[Group] = []
    blamed: dict[Cause, int] = {}
    for held in sorted(told, key=lambda each: (-each.sign.specific, each.begun, each.rule, each.sign.key)):
        joined = min((blamed[cause] for cause in held.sign.causes if cause in blamed), default=None)
        if joined is not None:
            groups[joined].followers.append(held)
            continue
        for cause in held.sign.causes:
            blamed.setdefault(cause, len(groups))
        groups.append(Group(held))
    return groups


def finding_of(group: Group, ended: float | None = None) -> Finding:
    """Return the finding of a group."""
    lead, all_of_it = group.lead, [group.lead, *group.followers]
    evidence: dict[str, Figure] = dict(lead.sign.evidence)
    for number, held in enumerate(group.followers[:MOST_FOLLOWERS]):
        name = held.rule if held.rule not in evidence else f"{held.rule} {number + 1}"
        evidence[name] = held.sign.text
    severity = min((held.sign.severity for held in all_of_it), key=SEVERITIES.index)
    acknowledged = [held.acknowledged_until for held in all_of_it if held.acknowledged_until is not None]
    return Finding(
        id=group.id,
        rule=lead.rule,
        severity=severity,
        since=min(held.since for held in all_of_it),
        ended=ended,
        subject_kind=lead.sign.subject_kind,
        subject=lead.sign.subject,
        text=lead.sign.text,
        evidence=evidence,
        compared=lead.compared,
        advice=lead.sign.advice,
        merged=tuple(sorted({held.rule for held in group.followers} - {lead.rule})),
        acknowledged_until=max(acknowledged, default=None),
    )


def rank(finding: Finding, weight: float, now: float) -> tuple[bool, int, float, float, str]:
    """The order of findings: the worst first, then the heaviest, then the oldest; what rests comes last."""
    asleep = finding.acknowledged_until is not None and finding.acknowledged_until > now
    return asleep, SEVERITIES.index(finding.severity), -weight, finding.since, finding.id
