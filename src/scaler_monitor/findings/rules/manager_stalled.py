"""A manager owes workers that do not come, while tasks wait."""

from __future__ import annotations

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.starved_capability import WAITING, may_bring
from scaler_monitor.findings.sign import Cause, Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import age_of, count_of, needs_of, verb


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(clear_seconds=thresholds.clear_seconds)


def _not_told(view: View) -> str:
    managers = view.state.managers
    if not managers.rows:
        return "this cluster has no worker managers"
    if managers.pending_workers is None:
        return "this release does not tell which workers are pending (2.0.9 and later do)"
    return ""


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    inactive = view.state.states.inactive
    queued = int(view.fleet.queued.clip(min=0).sum())
    waiting = inactive or (queued if not view.fleet.idle.any() else 0)
    if not waiting:
        return []
    signs = []
    for name, since in view.recent.managers.since.items():
        row = view.state.managers.rows.get(name)
        if row is None or not row.pending_workers or view.now - since < view.thresholds.manager_seconds:
            continue
        pending = row.pending_workers
        causes: set[Cause] = {("manager", name)}
        for needs in view.waiting.groups:
            if needs and row.capabilities and may_bring(row.capabilities, needs):
                causes.add(("capability", needs_of(needs)))
        if not view.waiting.groups:
            causes.add(WAITING)
        signs.append(
            Sign(
                key=name,
                severity="warning",
                subject_kind="manager",
                subject=name,
                text=f"Manager {name} cannot deliver: {count_of(pending, 'worker')} "
                f"{verb(pending, 'is', 'are')} pending for {age_of(view.now - since)}, it still has "
                f"{row.workers:,}, and {count_of(waiting, 'task')} {verb(waiting, 'waits', 'wait')}",
                advice="Look into the manager's log, and at its quota and the prices of its cloud.",
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
    return signs


RULE = Rule("manager_stalled", _find, _hold, _not_told)
