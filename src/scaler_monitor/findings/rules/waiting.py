"""The scheduler counts waiting tasks while processors idle, and nothing tells why."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.starved_capability import WAITING
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.waiting_tasks import WaitingGroup
from scaler_monitor.findings.wording import clock_of, count_of, needs_of, verb


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.waiting_hold_seconds, clear_seconds=thresholds.clear_seconds)


def _not_told(view: View) -> str:
    return "" if view.state.states.reported is not None else "this release does not count its tasks"


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    inactive, fleet = view.state.states.inactive or 0, view.fleet
    with np.errstate(invalid="ignore"):
        idle = view.recent.workers.idle_since <= view.now - view.thresholds.waiting_idle_seconds
    if not inactive or not idle.any():
        return []
    unheard = max(inactive - view.waiting.known, 0)
    refused: list[frozenset[str]] = []
    untold: list[frozenset[str]] = []
    for needs in view.waiting.groups:
        can, unknown = view.recent.workers.able(view.state.workers, needs)
        if needs and not (can & idle).any():
            (untold if unknown.any() and not can.any() else refused).append(needs)
    if not unheard and refused and not untold:
        return []  # what they need is known, and that no idle worker has it
    count = fleet.idle_processors
    head = (
        f"{count_of(inactive, 'task')} {verb(inactive, 'waits', 'wait')}; {count:,} of "
        f"{fleet.processors:,} processors {verb(count, 'is', 'are')} idle; "
    )
    since = view.condition.watching_since
    before = "before this monitor watched" if since is None else f"before {clock_of(since)}"
    tail = "what holds them back is unknown"
    if unheard:
        which = "they need" if unheard == inactive else f"{unheard:,} of them need"
        tail = f"what {which} is unknown: submitted {before}"
    elif untold:
        wanted = " or ".join(needs_of(needs) for needs in untold)
        tail = f"whether a worker has {wanted} is unknown: they connected {before}"
    refused += untold
    return [
        Sign(
            key="",
            severity="warning",
            subject_kind="scheduler",
            subject="",
            text=head + tail,
            advice="Look at what these tasks need and what the idle workers have; the first task that cannot "
            "be placed holds up all behind it.",
            evidence={
                "waiting": inactive,
                "heard_of": view.waiting.known,
                "idle_processors": count,
                "processors": fleet.processors,
                **{f"need {needs_of(needs) or 'nothing'}": group.tasks for needs, group in _first(view)},
            },
            causes=frozenset({WAITING, *(("capability", needs_of(needs)) for needs in refused)}),
            specific=1.0,
            weight=inactive,
        )
    ]


def _first(view: View) -> list[tuple[frozenset[str], WaitingGroup]]:
    groups = sorted(view.waiting.groups.items(), key=lambda pair: -pair[1].tasks)
    return list(groups[:3])


RULE = Rule("waiting", _find, _hold, _not_told)
