"""Tasks wait at the scheduler while processors are idle, for an unknown reason."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.starved_capability import WAITING
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.waiting_tasks import WaitingGroup
from scaler_monitor.findings.wording import format_clock, join_names, verb
from scaler_monitor.protocol.format.amounts import count_with_noun


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.waiting_hold_seconds, clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    return "" if view.state.states.reported is not None else "this release does not count its tasks"


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    inactive, fleet = view.state.states.inactive or 0, view.fleet
    with np.errstate(invalid="ignore"):
        idle = view.history.workers.idle_since <= view.now - view.thresholds.waiting_idle_seconds
    if not inactive or not idle.any():
        return []
    unobserved = max(inactive - view.waiting.known, 0)
    no_worker: list[frozenset[str]] = []
    unreported: list[frozenset[str]] = []
    for needs in view.waiting.groups:
        can, unknown = view.history.workers.capable(view.state.workers, needs)
        if needs and not (can & idle).any():
            (unreported if unknown.any() and not can.any() else no_worker).append(needs)
    if not unobserved and no_worker and not unreported:
        return []  # explained: no idle worker has the needed capabilities
    count = fleet.idle_processors
    head = (
        f"{count_with_noun(inactive, 'task')} {verb(inactive, 'waits', 'wait')}; {count:,} of "
        f"{fleet.processors:,} processors {verb(count, 'is', 'are')} idle; "
    )
    since = view.condition.watching_since
    before = "before this monitor started" if since is None else f"before {format_clock(since)}"
    tail = "the reason is unknown"
    if unobserved:
        which = "they need" if unobserved == inactive else f"{unobserved:,} of them need"
        tail = f"what {which} is unknown: submitted {before}"
    elif unreported:
        wanted = " or ".join(join_names(needs) for needs in unreported)
        tail = f"whether a worker has {wanted} is unknown: they connected {before}"
    no_worker += unreported
    return [
        Symptom(
            key="",
            severity="warning",
            subject_kind="scheduler",
            subject="",
            text=head + tail,
            advice="Compare what these tasks need with what the idle workers have; the first task that "
            "cannot be assigned blocks all behind it.",
            evidence={
                "waiting": inactive,
                "heard_of": view.waiting.known,
                "idle_processors": count,
                "processors": fleet.processors,
                **{f"need {join_names(needs) or 'nothing'}": group.tasks for needs, group in _first(view)},
            },
            causes=frozenset({WAITING, *(("capability", join_names(needs)) for needs in no_worker)}),
            specific=1.0,
            weight=inactive,
        )
    ]


def _first(view: View) -> list[tuple[frozenset[str], WaitingGroup]]:
    groups = sorted(view.waiting.groups.items(), key=lambda pair: -pair[1].tasks)
    return list(groups[:3])


RULE = Rule("waiting", _find, _hold, _unavailable_reason)
