"""Workers idle while tasks that they could take queue at others."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import numpy as np

from scaler_monitor.findings.compare import what_differs
from scaler_monitor.findings.fleet import Mask
from scaler_monitor.findings.populations import worker_names
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of, verb
from scaler_monitor.wire.event import Capability

MOST_TASKS = 5_000
"""Living tasks that are asked what they need."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=2, clear_seconds=thresholds.clear_seconds)


def _not_told(view: View) -> str:
    if view.recent.needs_untold:
        return "this release does not say which capabilities tasks need"
    return ""


def _history(thresholds: Thresholds) -> float:
    return thresholds.imbalance_seconds


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    thresholds, fleet, recent = view.thresholds, view.fleet, view.recent.workers
    long_ago = view.now - thresholds.imbalance_seconds
    usable = ~fleet.leaving & (recent.quiet <= thresholds.silent_seconds)
    with np.errstate(invalid="ignore"):
        idle = (recent.idle_since <= long_ago) & usable & (fleet.columns.sent == 0)
        queueing = (recent.queued_since <= long_ago) & usable
    least = max(1.0, thresholds.imbalance_share * len(fleet))
    if int(idle.sum()) < least or not queueing.any():
        return []
    queued = int(fleet.queued[queueing].sum())
    needs = _queued_needs(view, queueing)
    able = _able(view, idle, needs) if needs else idle
    count = int(able.sum())
    tasks = _movable(view, able, needs, queued) if needs else queued
    if count < least or tasks < thresholds.imbalance_tasks:
        return []
    full = int(queueing.sum())
    which = "that they could take " if needs else "(what these need is unknown) "
    return [
        Sign(
            key="",
            severity="warning" if needs else "notice",
            subject_kind="cluster",
            subject="",
            text=f"{count_of(count, 'worker')} {verb(count, 'is', 'are')} idle for over "
            f"{thresholds.imbalance_seconds:.0f} s while {count_of(tasks, 'task')} {which}"
            f"{verb(tasks, 'queues', 'queue')} at {full:,} others",
            advice="See whether the balancer is on (its interval, its threshold), and whether it says "
            "what it moves.",
            evidence={
                "idle_workers": count,
                "queued": tasks,
                "queueing_workers": full,
                "workers": len(fleet),
            },
            causes=frozenset({("queues", "")}),
            specific=2.0,
            weight=count,
            compare=lambda: what_differs(
                worker_names(view, np.flatnonzero(able)), worker_names(view, np.flatnonzero(queueing)), "idle"
            ),
        )
    ]


def _able(view: View, idle: Mask, needs: Counter[frozenset[str]]) -> Mask:
    """Those of the idle workers that can do a task which queues."""
    can = np.zeros(len(idle), np.bool_)
    for each in needs:
        can |= view.recent.workers.able(view.state.workers, each)[0]
    return idle & can


def _movable(view: View, able: Mask, needs: Counter[frozenset[str]], queued: int) -> int:
    """How many of the queued tasks an idle worker could take, by those of which it is known."""
    of_workers, workers = view.recent.workers, view.state.workers
    movable = sum(count for each, count in needs.items() if (of_workers.able(workers, each)[0] & able).any())
    return round(queued * movable / needs.total())


def _queued_needs(view: View, queueing: Mask) -> Counter[frozenset[str]]:
    """What tasks need that queue at these workers, as far as it was heard."""
    index, on = view.state.workers.index, view.state.workers.on_processor
    found: Counter[tuple[Capability, ...]] = Counter()
    for task in islice(view.state.tasks.live.values(), MOST_TASKS):
        at = index.get(task.worker or "")
        if task.state != "running" or at is None or not queueing[at] or task.capabilities is None:
            continue
        if task.id not in on:
            found[task.capabilities] += 1
    needs: Counter[frozenset[str]] = Counter()
    for capabilities, count in found.items():
        needs[frozenset(each.name for each in capabilities)] += count
    return needs


RULE = Rule("imbalance", _find, _hold, _not_told, _history)
