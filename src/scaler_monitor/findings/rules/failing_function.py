"""A function fails far more often than it did before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.compare import MOST_COMPARED, what_differs
from scaler_monitor.findings.finding import Figure, Severity
from scaler_monitor.findings.populations import task_names
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.shares import least_share
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of
from scaler_monitor.model.functions import OTHER
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import FAILED_STATES

Counts = NDArray[np.int64]
"""Success and failed."""

SUCCESS, FAILED = 0, 1

MOST_PASSED = 20_000
"""Task records that are looked through for those of one function."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.failing_hold_seconds, clear_seconds=thresholds.failing_clear_seconds)


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    thresholds, functions = view.thresholds, view.recent.functions
    names, totals = functions.names(), functions.totals()
    before = view.recent.failing_before
    if not names:
        before.clear()
        return []
    long = _window(view, totals, thresholds.failing_window_seconds)
    short = _window(view, totals, thresholds.failing_short_seconds)
    sudden = _window(view, totals, thresholds.failing_sudden_seconds)
    signs = []
    for at in np.flatnonzero((long[:, FAILED] > 0) | (short[:, FAILED] > 0)).tolist():
        name = names[at]
        if name == OTHER:
            continue
        usual, since = before.get(name) or (_usual(view, totals[at, :2] - long[at]), view.now)
        if usual is None and view.now - since > thresholds.failing_habit_seconds:
            continue
        limit = max(thresholds.failing_share, thresholds.failing_before_times * (usual or 0.0))
        shown = _worst(thresholds, (long[at], short[at], sudden[at]), limit)
        if shown is None:
            continue
        before.setdefault(name, (usual, since))
        signs.append(_sign(view, name, shown, usual, since))
    told = {sign.key for sign in signs}
    for name, (usual, since) in list(before.items()):
        habit = usual is None and view.now - since > thresholds.failing_habit_seconds
        if name not in told and not habit:
            del before[name]
    return signs


def _window(view: View, totals: NDArray[np.int64], seconds: float) -> NDArray[np.int64]:
    """Success and failed of the last seconds; of all that was watched where that is less."""
    watched = min(seconds, view.watched_seconds)
    grown = view.recent.functions.grown(watched, view.now)
    return np.zeros_like(totals[:, :2]) if grown is None else grown[:, :2]


def _worst(thresholds: Thresholds, windows: tuple[Counts, Counts, Counts], limit: float) -> Counts | None:
    """Return the longest window in which too many failed; None where none did, or not any more."""
    long, short, sudden = windows
    if not short[FAILED]:
        return None
    judged = int(short.sum()) >= thresholds.failing_ended
    told = (short, sudden) if judged else (long,)
    worst = next((counts for counts in told if _bad(thresholds, counts, limit)), None)
    return long if worst is not None and _bad(thresholds, long, limit) else worst


def _usual(view: View, earlier: NDArray[np.int64]) -> float | None:
    """The share of failures before the last minute; None where too little was watched to tell."""
    thresholds = view.thresholds
    if view.watched_seconds < thresholds.failing_window_seconds + thresholds.failing_before_seconds:
        return None
    judged = int(earlier[SUCCESS] + earlier[FAILED])
    return int(earlier[FAILED]) / judged if judged >= thresholds.failing_ended else None


def _bad(thresholds: Thresholds, counts: NDArray[np.int64], limit: float) -> bool:
    judged, failed = int(counts.sum()), int(counts[FAILED])
    if judged < thresholds.failing_ended:
        return False
    return least_share(failed, judged, thresholds.failing_confidence_z) > limit


def _sign(view: View, name: str, counts: NDArray[np.int64], usual: float | None, since: float) -> Sign:
    judged, failed = int(counts.sum()), int(counts[FAILED])
    known = "whether it always did is not known" if usual is None else f"{usual:.1%} before"
    thresholds = view.thresholds
    most = failed / judged >= thresholds.failing_most_share
    if usual is None:
        least = least_share(failed, judged, thresholds.failing_confidence_z)
        most = least >= thresholds.failing_unknown_share
    order: tuple[Severity, Severity] = ("notice", "warning") if usual is None else ("warning", "critical")
    severity = order[most]
    evidence: dict[str, Figure] = {
        "failed": failed,
        "ended": judged,
        "share": round(failed / judged, 4),
        "share_before": "unknown" if usual is None else round(usual, 4),
    }
    return Sign(
        key=name,
        severity=severity,
        subject_kind="function",
        subject=name,
        text=f"{name or '(empty)'} fails: {failed:,} of the last {count_of(judged, 'task')} "
        f"({failed / judged:.0%}), {known}",
        advice="Look at the tasks that failed; where they ran and who sent them may set them apart.",
        evidence=evidence,
        causes=frozenset({("function", name)}),
        specific=4.0,
        weight=failed / judged,
        since=since,
        compare=lambda: _compare(view, name),
    )


def _compare(view: View, name: str) -> tuple[str, ...]:
    ill: list[Task] = []
    well: list[Task] = []
    for task in _lately(view, name):
        (ill if task.state in FAILED_STATES else well).append(task)
    lines = what_differs(task_names(view, ill), task_names(view, well), "failures")
    return tuple(line for line in lines if not line.startswith("function "))


def _lately(view: View, name: str) -> Iterator[Task]:
    start = view.now - view.thresholds.failing_window_seconds
    found = 0
    for task in islice(reversed(view.state.tasks.records.values()), MOST_PASSED):
        if task.function == name and task.ended is not None and task.ended >= start:
            found += 1
            yield task
        if found >= MOST_COMPARED:
            return


RULE = Rule("failing_function", _find, _hold)
