"""Tasks wait for a capability that no worker has, or all workers that have it are full."""

from __future__ import annotations

from itertools import islice

import numpy as np

from scaler_monitor.findings.attributes import task_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.finding import Severity
from scaler_monitor.findings.fleet import Mask
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Cause, Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.waiting_tasks import WaitingGroup
from scaler_monitor.findings.wording import join_names, list_names, verb
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_age

WAITING: Cause = ("waiting", "at the scheduler")
"""Cause of tasks that wait at the scheduler with unknown needs."""

MAX_EXAMINED = 2_000
"""Open tasks examined to detect whether the scheduler ignores capabilities."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=2, clear_seconds=thresholds.starved_clear_seconds, clear_reports=2)


def _unavailable_reason(view: View) -> str:
    if view.history.needs_unreported:
        return "this release does not report which capabilities tasks need"
    return ""


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    symptoms = []
    for group in view.waiting.groups.values():
        if group.needs and _waits_long(view, group) and not _capabilities_ignored(view, group.needs):
            symptom = _no_capable_worker(view, group) or _all_full(view, group)
            if symptom is not None:
                symptoms.append(symptom)
    missing = {symptom.key for symptom in symptoms}
    if view.fleet.idle_processors >= view.thresholds.starved_idle_share * max(view.fleet.processors, 1):
        busy_with_tasks = bool((view.fleet.queued > 0).any())
        for group in view.queued_at_workers.groups.values() if busy_with_tasks else ():
            if group.needs and join_names(group.needs) not in missing and _waits_long(view, group):
                symptom = _all_full(view, group)
                if symptom is not None:
                    symptoms.append(symptom)
    return symptoms


def _waits_long(view: View, group: WaitingGroup) -> bool:
    thresholds = view.thresholds
    usual = (group.usual_seconds(view.state) or 0.0) * thresholds.starved_usual_factor
    limit = max(thresholds.starved_wait_seconds, min(usual, thresholds.starved_wait_max_seconds))
    return view.now - group.since >= limit


def _capabilities_ignored(view: View, needs: frozenset[str]) -> bool:
    """Return whether a worker without the capabilities has such a task: the scheduler ignores them."""
    can, unknown = view.history.workers.capable(view.state.workers, needs)
    index = view.state.workers.index
    examined = islice(view.state.tasks.live.values(), MAX_EXAMINED)
    for task in (task for task in examined if task.state == "running" and task.capabilities):
        at = index.get(task.worker or "")
        if at is not None and not can[at] and not unknown[at] and needs == _names(task.capabilities):
            return True
    return False


def _names(capabilities: tuple[tuple[str, int], ...] | None) -> frozenset[str]:
    return frozenset(name for name, _ in capabilities or ())


def _capable_workers(view: View, group: WaitingGroup) -> tuple[Mask, Mask]:
    """Return masks of the capable workers and of those with unknown capabilities.

    A worker that has been idle since before the task arrived and did not get it is not capable.
    """
    can, unknown = view.history.workers.capable(view.state.workers, group.needs)
    with np.errstate(invalid="ignore"):
        not_chosen = view.history.workers.idle_since <= group.since
    return can & ~view.fleet.leaving, unknown & ~not_chosen


def _no_capable_worker(view: View, group: WaitingGroup) -> Symptom | None:
    can, unknown = _capable_workers(view, group)
    if can.any() or unknown.any():
        return None
    needs, fleet = join_names(group.needs), view.fleet
    behind = view.waiting.known - group.tasks
    pending = _pending_managers(view, group.needs)
    severity: Severity = "notice" if pending else "critical"
    tasks = count_with_noun(group.tasks, "task")
    text = (
        f"{tasks} {verb(group.tasks, 'waits', 'wait')} for {needs}: "
        f"none of {count_with_noun(len(fleet), 'worker')} has it, "
        f"the oldest has waited for {format_age(view.now - group.since)}"
    )
    if pending:
        text += f"; {list_names(pending)} {verb(len(pending), 'is', 'are')} starting workers that may have it"
    elif behind and fleet.idle_processors:
        text += f"; {behind:,} more wait behind them while {fleet.idle_processors:,} processors are idle"
    return Symptom(
        key=needs,
        severity=severity,
        subject_kind="capability",
        subject=needs,
        text=text,
        advice=f"Start workers with {needs}, or cancel these tasks: the scheduler does not assign the tasks "
        "behind them before.",
        evidence={
            "waiting": group.tasks,
            "oldest_seconds": round(view.now - group.since),
            "workers": len(fleet),
            "workers_able": 0,
            "behind": behind,
            "functions": list_names([name for name, _ in group.functions.most_common(3)]),
            "clients": list_names([name for name, _ in group.clients.most_common(3)]),
        },
        causes=frozenset({("capability", needs)}),
        specific=9.0,
        weight=group.tasks,
        since=group.since,
        compare=lambda: _compare(view, group),
    )


def _all_full(view: View, group: WaitingGroup) -> Symptom | None:
    can, unknown = _capable_workers(view, group)
    fleet = view.fleet
    full = can & fleet.full
    idle = fleet.idle_processors
    least = max(1.0, view.thresholds.starved_idle_share * fleet.processors)
    if not can.any() or not np.array_equal(can, full) or (unknown & fleet.idle).any() or idle < least:
        return None
    needs, capable = join_names(group.needs), int(can.sum())
    return Symptom(
        key=needs,
        severity="warning",
        subject_kind="capability",
        subject=needs,
        text=f"{count_with_noun(group.tasks, 'task')} {verb(group.tasks, 'waits', 'wait')} for {needs}: "
        f"{verb(capable, 'the 1 worker', f'all {capable:,} workers')} with it "
        f"{verb(capable, 'is', 'are')} full while {idle:,} of {fleet.processors:,} processors are idle",
        advice=f"Start more workers with {needs}, or reduce what these tasks need.",
        evidence={
            "waiting": group.tasks,
            "oldest_seconds": round(view.now - group.since),
            "workers_able": capable,
            "idle_processors": idle,
            "processors": fleet.processors,
        },
        causes=frozenset({("capability", needs)}),
        specific=8.0,
        weight=group.tasks,
        since=group.since,
        compare=lambda: _compare(view, group),
    )


def _pending_managers(view: View, needs: frozenset[str]) -> list[str]:
    """Return managers with recently pending workers that may have the needed capabilities."""
    since, rows = view.history.managers.since, view.state.managers.rows
    return [
        name
        for name, started in since.items()
        if view.now - started < view.thresholds.manager_seconds
        and may_provide(rows[name].capabilities, needs)
    ]


def may_provide(reported: str | None, needs: frozenset[str]) -> bool:
    """Return whether the capabilities of a manager include all needed ones; True if it reports none."""
    if not reported:
        return True
    words = {word.partition("=")[0].strip() for word in reported.replace(",", " ").split()}
    return needs <= words


def _compare(view: View, group: WaitingGroup) -> tuple[str, ...]:
    live = view.state.tasks.live.values()
    affected = (
        task for task in live if task.state == "inactive" and _names(task.capabilities) == group.needs
    )
    unaffected = (task for task in live if task.state != "inactive")
    return tuple(
        line
        for line in find_differences(
            task_attributes(view, affected), task_attributes(view, unaffected), "that wait"
        )
        if not line.startswith("capability ")
    )


RULE = Rule("starved_capability", _find, _hold, _unavailable_reason)
