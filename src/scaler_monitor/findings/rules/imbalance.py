"""Workers are idle while tasks that they could run are queued at other workers."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import numpy as np

from scaler_monitor.findings.attributes import worker_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.fleet import Mask
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import verb
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.wire.event import Capability

MAX_TASKS = 5_000
"""Open tasks whose required capabilities are examined."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=2, clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    if view.history.needs_unreported:
        return "this release does not report which capabilities tasks need"
    return ""


def _history(thresholds: Thresholds) -> float:
    return thresholds.imbalance_seconds


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    thresholds, fleet, history = view.thresholds, view.fleet, view.history.workers
    long_ago = view.now - thresholds.imbalance_seconds
    usable = ~fleet.leaving & (history.heartbeat_age <= thresholds.silent_seconds)
    with np.errstate(invalid="ignore"):
        idle = (history.idle_since <= long_ago) & usable & (fleet.columns.sent == 0)
        queueing = (history.queued_since <= long_ago) & usable
    least = max(1.0, thresholds.imbalance_share * len(fleet))
    if int(idle.sum()) < least or not queueing.any():
        return []
    queued = int(fleet.queued[queueing].sum())
    needs = _queued_needs(view, queueing)
    capable = _capable_workers(view, idle, needs) if needs else idle
    count = int(capable.sum())
    tasks = _movable(view, capable, needs, queued) if needs else queued
    if count < least or tasks < thresholds.imbalance_tasks:
        return []
    full = int(queueing.sum())
    which = "that they could run " if needs else "(required capabilities unknown) "
    return [
        Symptom(
            key="",
            severity="warning" if needs else "notice",
            subject_kind="cluster",
            subject="",
            text=f"{count_with_noun(count, 'worker')} {verb(count, 'is', 'are')} idle for over "
            f"{thresholds.imbalance_seconds:.0f} s while {count_with_noun(tasks, 'task')} {which}"
            f"{verb(tasks, 'is', 'are')} queued at {count_with_noun(full, 'other worker')}",
            advice="Check that the balancer is enabled, its interval and threshold, and whether it logs the "
            "tasks it moves.",
            evidence={
                "idle_workers": count,
                "queued": tasks,
                "queueing_workers": full,
                "workers": len(fleet),
            },
            causes=frozenset({("queues", "")}),
            specific=2.0,
            weight=count,
            compare=lambda: find_differences(
                worker_attributes(view, np.flatnonzero(capable)),
                worker_attributes(view, np.flatnonzero(queueing)),
                "idle",
            ),
        )
    ]


def _capable_workers(view: View, idle: Mask, needs: Counter[frozenset[str]]) -> Mask:
    """Return the idle workers that can run one of the queued tasks."""
    can = np.zeros(len(idle), np.bool_)
    for each in needs:
        can |= view.history.workers.capable(view.state.workers, each)[0]
    return idle & can


def _movable(view: View, capable: Mask, needs: Counter[frozenset[str]], queued: int) -> int:
    """Estimate how many of the queued tasks an idle worker could run, from those with known needs."""
    of_workers, workers = view.history.workers, view.state.workers
    movable = sum(
        count for each, count in needs.items() if (of_workers.capable(workers, each)[0] & capable).any()
    )
    return round(queued * movable / needs.total())


def _queued_needs(view: View, queueing: Mask) -> Counter[frozenset[str]]:
    """Count the capabilities needed by tasks queued at these workers, as far as they are known."""
    index, on = view.state.workers.index, view.state.workers.on_processor
    found: Counter[tuple[Capability, ...]] = Counter()
    for task in islice(view.state.tasks.live.values(), MAX_TASKS):
        at = index.get(task.worker or "")
        if task.state != "running" or at is None or not queueing[at] or task.capabilities is None:
            continue
        if task.id not in on:
            found[task.capabilities] += 1
    needs: Counter[frozenset[str]] = Counter()
    for capabilities, count in found.items():
        needs[frozenset(each.name for each in capabilities)] += count
    return needs


RULE = Rule("imbalance", _find, _hold, _unavailable_reason, _history)
