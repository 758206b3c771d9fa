"""A function fails much more often than before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.attributes import task_attributes
from scaler_monitor.findings.compare import MAX_COMPARED, find_differences
from scaler_monitor.findings.confidence import wilson_lower_bound
from scaler_monitor.findings.finding import Figure, Severity
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.model.functions import OTHER
from scaler_monitor.model.tasks import Task
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.wire.event import FAILED_STATES

Counts = NDArray[np.int64]
"""Numbers of succeeded and failed tasks."""

SUCCESS, FAILED = 0, 1

MAX_PASSED = 20_000
"""Task records that are searched for tasks of one function."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.failing_hold_seconds, clear_seconds=thresholds.failing_clear_seconds)


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    thresholds, functions = view.thresholds, view.history.functions
    names, totals = functions.names(), functions.totals()
    before = view.history.failing_before
    if not names:
        before.clear()
        return []
    long = _window(view, totals, thresholds.failing_window_seconds)
    short = _window(view, totals, thresholds.failing_short_seconds)
    sudden = _window(view, totals, thresholds.failing_sudden_seconds)
    symptoms = []
    for at in np.flatnonzero((long[:, FAILED] > 0) | (short[:, FAILED] > 0)).tolist():
        name = names[at]
        if name == OTHER:
            continue
        usual, since = before.get(name) or (_earlier_share(view, totals[at, :2] - long[at]), view.now)
        if usual is None and view.now - since > thresholds.failing_baseline_seconds:
            continue
        limit = max(thresholds.failing_share, thresholds.failing_before_factor * (usual or 0.0))
        shown = _worst(thresholds, (long[at], short[at], sudden[at]), limit)
        if shown is None:
            continue
        before.setdefault(name, (usual, since))
        symptoms.append(_symptom(view, name, shown, usual, since))
    reported = {symptom.key for symptom in symptoms}
    for name, (usual, since) in list(before.items()):
        baseline = usual is None and view.now - since > thresholds.failing_baseline_seconds
        if name not in reported and not baseline:
            del before[name]
    return symptoms


def _window(view: View, totals: NDArray[np.int64], seconds: float) -> NDArray[np.int64]:
    """Return succeeded and failed tasks of the last `seconds`, or since observation started."""
    watched = min(seconds, view.watched_seconds)
    increase = view.history.functions.increase(watched, view.now)
    return np.zeros_like(totals[:, :2]) if increase is None else increase[:, :2]


def _worst(thresholds: Thresholds, windows: tuple[Counts, Counts, Counts], limit: float) -> Counts | None:
    """Return the counts of the longest window with too many failures; None if there is none, or if the
    failures have stopped."""
    long, short, sudden = windows
    if not short[FAILED]:
        return None
    judged = int(short.sum()) >= thresholds.failing_ended
    candidates = (short, sudden) if judged else (long,)
    worst = next((counts for counts in candidates if _exceeds(thresholds, counts, limit)), None)
    return long if worst is not None and _exceeds(thresholds, long, limit) else worst


def _earlier_share(view: View, earlier: NDArray[np.int64]) -> float | None:
    """Return the failure share before the last minute; None if too little was observed."""
    thresholds = view.thresholds
    if view.watched_seconds < thresholds.failing_window_seconds + thresholds.failing_before_seconds:
        return None
    judged = int(earlier[SUCCESS] + earlier[FAILED])
    return int(earlier[FAILED]) / judged if judged >= thresholds.failing_ended else None


def _exceeds(thresholds: Thresholds, counts: NDArray[np.int64], limit: float) -> bool:
    judged, failed = int(counts.sum()), int(counts[FAILED])
    if judged < thresholds.failing_ended:
        return False
    return wilson_lower_bound(failed, judged, thresholds.failing_confidence_z) > limit


def _symptom(view: View, name: str, counts: NDArray[np.int64], usual: float | None, since: float) -> Symptom:
    judged, failed = int(counts.sum()), int(counts[FAILED])
    known = "earlier share unknown" if usual is None else f"{usual:.1%} before"
    thresholds = view.thresholds
    severe = failed / judged >= thresholds.failing_severe_share
    if usual is None:
        least = wilson_lower_bound(failed, judged, thresholds.failing_confidence_z)
        severe = least >= thresholds.failing_unknown_share
    order: tuple[Severity, Severity] = ("notice", "warning") if usual is None else ("warning", "critical")
    severity = order[severe]
    evidence: dict[str, Figure] = {
        "failed": failed,
        "ended": judged,
        "share": round(failed / judged, 4),
        "share_before": "unknown" if usual is None else round(usual, 4),
    }
    return Symptom(
        key=name,
        severity=severity,
        subject_kind="function",
        subject=name,
        text=f"{name or '(empty)'} fails: {failed:,} of the last {count_with_noun(judged, 'task')} "
        f"({failed / judged:.0%}), {known}",
        advice="Compare the failed tasks: a common worker, host or client may be the cause.",
        evidence=evidence,
        causes=frozenset({("function", name)}),
        specific=4.0,
        weight=failed / judged,
        since=since,
        compare=lambda: _compare(view, name),
    )


def _compare(view: View, name: str) -> tuple[str, ...]:
    affected: list[Task] = []
    unaffected: list[Task] = []
    for task in _recent_tasks(view, name):
        (affected if task.state in FAILED_STATES else unaffected).append(task)
    lines = find_differences(task_attributes(view, affected), task_attributes(view, unaffected), "failures")
    return tuple(line for line in lines if not line.startswith("function "))


def _recent_tasks(view: View, name: str) -> Iterator[Task]:
    start = view.now - view.thresholds.failing_window_seconds
    found = 0
    for task in islice(reversed(view.state.tasks.records.values()), MAX_PASSED):
        if task.function == name and task.ended is not None and task.ended >= start:
            found += 1
            yield task
        if found >= MAX_COMPARED:
            return


RULE = Rule("failing_function", _find, _hold)
