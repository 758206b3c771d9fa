"""A manager has pending workers that do not connect, while tasks wait."""

from __future__ import annotations

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.starved_capability import WAITING, may_provide
from scaler_monitor.findings.symptom import Cause, Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import join_names, verb
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_age


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    managers = view.state.managers
    if not managers.rows:
        return "this cluster has no worker managers"
    if managers.pending_workers is None:
        return "this release does not report pending workers (2.0.9 and later do)"
    return ""


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    inactive = view.state.states.inactive
    queued = int(view.fleet.queued.clip(min=0).sum())
    waiting = inactive or (queued if not view.fleet.idle.any() else 0)
    if not waiting:
        return []
    symptoms = []
    for name, since in view.history.managers.since.items():
        row = view.state.managers.rows.get(name)
        if row is None or not row.pending_workers or view.now - since < view.thresholds.manager_seconds:
            continue
        pending = row.pending_workers
        causes: set[Cause] = {("manager", name)}
        for needs in view.waiting.groups:
            if needs and row.capabilities and may_provide(row.capabilities, needs):
                causes.add(("capability", join_names(needs)))
        if not view.waiting.groups:
            causes.add(WAITING)
        symptoms.append(
            Symptom(
                key=name,
                severity="warning",
                subject_kind="manager",
                subject=name,
                text=f"Manager {name} cannot start workers: {count_with_noun(pending, 'worker')} "
                f"{verb(pending, 'is', 'are')} pending for {format_age(view.now - since)}, it still has "
                f"{row.workers:,}, and {count_with_noun(waiting, 'task')} {verb(waiting, 'waits', 'wait')}",
                advice="Check the manager's log, its quota, and the prices of its cloud provider.",
                evidence={
                    "pending_workers": pending,
                    "workers": row.workers,
                    "seconds": round(view.now - since),
                    "waiting": waiting,
                },
                causes=frozenset(causes),
                specific=6.5,
                weight=pending,
                since=since,
            )
        )
    return symptoms


RULE = Rule("manager_stalled", _find, _hold, _unavailable_reason)
