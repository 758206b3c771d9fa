"""Findings in the JSON document: problems, the state of each rule, and the estimated end of the backlog."""

from __future__ import annotations

import math
from typing import Any

from scaler_monitor.findings.drain import UNKNOWN, Drain, drain_of_all
from scaler_monitor.findings.finding import Figure, Finding
from scaler_monitor.findings.tracker import FindingsTracker


def describe_findings(tracker: FindingsTracker | None) -> dict[str, Any]:
    """Return the fields `findings`, `rules` and `drain`; empty or unknown without a tracker.

    `findings` has the active ones (most severe first), then those that ended recently (latest first).
    """
    if tracker is None:
        return {"findings": [], "rules": [], "drain": _drain(UNKNOWN)}
    return {
        "findings": [_finding(finding) for finding in (*tracker.findings, *tracker.ended)],
        "rules": [
            {"rule": rule.rule, "state": rule.state, "reason": rule.reason or None} for rule in tracker.rules
        ],
        "drain": _drain(drain_of_all(tracker.history)),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "since": finding.since,
        "ended": finding.ended,
        "subject_kind": finding.subject_kind,
        "subject": finding.subject,
        "text": finding.text,
        "evidence": {name: _finite(value) for name, value in finding.evidence.items()},
        "compared": list(finding.compared),
        "advice": finding.advice,
        "merged": list(finding.merged),
        "acknowledged_until": finding.acknowledged_until,
    }


def _finite(value: Figure) -> Figure | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _drain(drain: Drain) -> dict[str, Any]:
    return {
        "arrivals_per_second": drain.arrivals_per_second,
        "endings_per_second": drain.endings_per_second,
        "seconds": None if drain.seconds is None else list(drain.seconds),
        "state": drain.state,
    }
