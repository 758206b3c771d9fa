"""Tasks wait for a capability that no worker has, or of which all who have it are full."""

from __future__ import annotations

from itertools import islice

import numpy as np

from scaler_monitor.findings.compare import what_differs
from scaler_monitor.findings.finding import Severity
from scaler_monitor.findings.fleet import Mask
from scaler_monitor.findings.populations import task_names
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Cause, Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.waiting_tasks import WaitingGroup
from scaler_monitor.findings.wording import age_of, count_of, names_of, needs_of, verb

WAITING: Cause = ("waiting", "at the scheduler")
"""Blamed where tasks wait at the scheduler and it is not known what they need."""

MOST_ASKED = 2_000
"""Living tasks that are asked whether the scheduler heeds capabilities at all."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=2, clear_seconds=thresholds.starved_clear_seconds, clear_reports=2)


def _not_told(view: View) -> str:
    if view.recent.needs_untold:
        return "this release does not say which capabilities tasks need"
    return ""


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    signs = []
    for group in view.waiting.groups.values():
        if group.needs and _waits_long(view, group) and not _ignored(view, group.needs):
            sign = _nobody(view, group) or _all_full(view, group)
            if sign is not None:
                signs.append(sign)
    missing = {sign.key for sign in signs}
    if view.fleet.idle_processors >= view.thresholds.starved_idle_share * max(view.fleet.processors, 1):
        busy_with_tasks = bool((view.fleet.queued > 0).any())
        for group in view.held_back.groups.values() if busy_with_tasks else ():
            if group.needs and needs_of(group.needs) not in missing and _waits_long(view, group):
                sign = _all_full(view, group)
                if sign is not None:
                    signs.append(sign)
    return signs


def _waits_long(view: View, group: WaitingGroup) -> bool:
    thresholds = view.thresholds
    usual = (group.usual_seconds(view.state) or 0.0) * thresholds.starved_usual_times
    limit = max(thresholds.starved_wait_seconds, min(usual, thresholds.starved_wait_most_seconds))
    return view.now - group.since >= limit


def _ignored(view: View, needs: frozenset[str]) -> bool:
    """Whether a worker that cannot has such a task: the scheduler's policy does not look at capabilities."""
    can, unknown = view.recent.workers.able(view.state.workers, needs)
    index = view.state.workers.index
    asked = islice(view.state.tasks.live.values(), MOST_ASKED)
    for task in (task for task in asked if task.state == "running" and task.capabilities):
        at = index.get(task.worker or "")
        if at is not None and not can[at] and not unknown[at] and needs == _names(task.capabilities):
            return True
    return False


def _names(capabilities: tuple[tuple[str, int], ...] | None) -> frozenset[str]:
    return frozenset(name for name, _ in capabilities or ())


def _able(view: View, group: WaitingGroup) -> tuple[Mask, Mask]:
    """Return the workers that can do it, and those of which that is not known.

    One that was idle when the task came, and was not given it, cannot.
    """
    can, unknown = view.recent.workers.able(view.state.workers, group.needs)
    with np.errstate(invalid="ignore"):
        passed_over = view.recent.workers.idle_since <= group.since
    return can & ~view.fleet.leaving, unknown & ~passed_over


def _nobody(view: View, group: WaitingGroup) -> Sign | None:
    can, unknown = _able(view, group)
    if can.any() or unknown.any():
        return None
    needs, fleet = needs_of(group.needs), view.fleet
    behind = view.waiting.known - group.tasks
    coming = _coming(view, group.needs)
    severity: Severity = "notice" if coming else "critical"
    tasks = count_of(group.tasks, "task")
    text = (
        f"{tasks} {verb(group.tasks, 'waits', 'wait')} for {needs}: none of {count_of(len(fleet), 'worker')} "
        f"has it, the oldest since {age_of(view.now - group.since)}"
    )
    if coming:
        text += f"; {names_of(coming)} {verb(len(coming), 'is', 'are')} to bring workers that may"
    elif behind and fleet.idle_processors:
        text += f"; {behind:,} more wait behind, though {fleet.idle_processors:,} processors are idle"
    return Sign(
        key=needs,
        severity=severity,
        subject_kind="capability",
        subject=needs,
        text=text,
        advice=f"Start workers with {needs}, or cancel these tasks: those behind them are not given out "
        "before they are.",
        evidence={
            "waiting": group.tasks,
            "oldest_seconds": round(view.now - group.since),
            "workers": len(fleet),
            "workers_able": 0,
            "behind": behind,
            "functions": names_of([name for name, _ in group.functions.most_common(3)]),
            "clients": names_of([name for name, _ in group.clients.most_common(3)]),
        },
        causes=frozenset({("capability", needs)}),
        specific=9.0,
        weight=group.tasks,
        since=group.since,
        compare=lambda: _compare(view, group),
    )


def _all_full(view: View, group: WaitingGroup) -> Sign | None:
    can, unknown = _able(view, group)
    fleet = view.fleet
    full = can & fleet.full
    idle = fleet.idle_processors
    least = max(1.0, view.thresholds.starved_idle_share * fleet.processors)
    if not can.any() or not np.array_equal(can, full) or (unknown & fleet.idle).any() or idle < least:
        return None
    needs, able = needs_of(group.needs), int(can.sum())
    return Sign(
        key=needs,
        severity="warning",
        subject_kind="capability",
        subject=needs,
        text=f"{count_of(group.tasks, 'task')} {verb(group.tasks, 'waits', 'wait')} for {needs}: "
        f"{verb(able, 'the 1 worker', f'all {able:,} workers')} with it {verb(able, 'is', 'are')} full while "
        f"{idle:,} of {fleet.processors:,} processors are idle",
        advice=f"Start more workers with {needs}, or let these tasks need less.",
        evidence={
            "waiting": group.tasks,
            "oldest_seconds": round(view.now - group.since),
            "workers_able": able,
            "idle_processors": idle,
            "processors": fleet.processors,
        },
        causes=frozenset({("capability", needs)}),
        specific=8.0,
        weight=group.tasks,
        since=group.since,
        compare=lambda: _compare(view, group),
    )


def _coming(view: View, needs: frozenset[str]) -> list[str]:
    """Managers that are to bring workers, have owed them for not too long, and may have what is needed."""
    since, rows = view.recent.managers.since, view.state.managers.rows
    return [
        name
        for name, begun in since.items()
        if view.now - begun < view.thresholds.manager_seconds and may_bring(rows[name].capabilities, needs)
    ]


def may_bring(said: str | None, needs: frozenset[str]) -> bool:
    """Whether a manager's own words name all that is needed; those that say nothing rule nothing out."""
    if not said:
        return True
    words = {word.partition("=")[0].strip() for word in said.replace(",", " ").split()}
    return needs <= words


def _compare(view: View, group: WaitingGroup) -> tuple[str, ...]:
    live = view.state.tasks.live.values()
    ill = (task for task in live if task.state == "inactive" and _names(task.capabilities) == group.needs)
    well = (task for task in live if task.state != "inactive")
    return tuple(
        line
        for line in what_differs(task_names(view, ill), task_names(view, well), "that wait")
        if not line.startswith("capability ")
    )


RULE = Rule("starved_capability", _find, _hold, _not_told)
