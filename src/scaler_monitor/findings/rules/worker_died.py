"""Workers that left with work in their hands, with a post-mortem."""

from __future__ import annotations

from collections import Counter

import numpy as np

from scaler_monitor.findings.compare import Names, what_differs
from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.populations import worker_names
from scaler_monitor.findings.post_mortem import PostMortem
from scaler_monitor.findings.recent.deaths import Death
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of, names_of

ADVICE = {
    "memory": "Raise the limit, or run fewer of these tasks on a worker at a time.",
    "host": "See what became of that machine.",
    "unknown": "Look into its log, and into its system's for a kill.",
    "scale-down": "",
}


def _hold(_: Thresholds) -> Hold:
    return Hold()


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    told = view.thresholds.death_told_seconds
    groups: dict[str, list[Death]] = {}
    for death in view.recent.deaths.recent:
        if view.now - death.told.left <= told:
            host = death.told.host if death.told.cause == "host" else None
            groups.setdefault(host or death.told.worker, []).append(death)
    if len(groups) > view.thresholds.deaths_told_apart:
        return [_many(view, [death for deaths in groups.values() for death in deaths])]
    return [_sign(view, key, deaths) for key, deaths in groups.items()]


def _many(view: View, deaths: list[Death]) -> Sign:
    """Return one sign for deaths that are too many to be told one by one."""
    held = sum(death.told.held or 0 for death in deaths)
    causes = Counter(death.told.cause for death in deaths)
    likely, most = causes.most_common(1)[0]
    told: dict[str, Figure] = dict(causes.items())
    names = [death.told.worker for death in deaths]
    return Sign(
        key="many",
        severity="warning",
        subject_kind="cluster",
        subject="",
        text=f"{count_of(len(deaths), 'worker')} died within {view.thresholds.death_told_seconds:.0f} s with "
        f"{count_of(held, 'task')}: {names_of(names)}; likely cause of {most:,}: {likely}",
        advice=ADVICE[likely],
        evidence={"workers": len(deaths), "tasks_held": held, **told},
        causes=frozenset(("worker", name) for name in names),
        specific=6.1,
        weight=len(deaths),
        since=min(death.told.left for death in deaths),
        compare=lambda: _compare(view),
    )


def _sign(view: View, key: str, deaths: list[Death]) -> Sign:
    told = deaths[-1].told
    held = sum(death.told.held or 0 for death in deaths)
    if len(deaths) > 1:
        kind, subject = "machine", key
        text = f"Host {key}: {count_of(len(deaths), 'worker')} left with {count_of(held, 'task')}; {told.why}"
    else:
        kind, subject = "worker", told.worker
        text = f"Worker {told.worker} died: {told.sentence}"
    functions = sorted(frozenset[str]().union(*(death.functions for death in deaths)))
    return Sign(
        key=key,
        severity="warning",
        subject_kind=kind,
        subject=subject,
        text=text,
        advice=ADVICE[told.cause],
        evidence={**evidence_of(told), "workers": len(deaths), "functions": names_of(functions)},
        causes=frozenset(
            {
                *(("worker", death.told.worker) for death in deaths),
                *((("machine", told.host),) if told.cause == "host" and told.host else ()),
                *((("died of", "memory"),) if told.cause == "memory" else ()),
            }
        ),
        specific=6.0,
        weight=held,
        since=min(death.told.left for death in deaths),
        compare=lambda: _compare(view),
    )


def _compare(view: View) -> tuple[str, ...]:
    living = worker_names(view, np.arange(len(view.fleet)))
    return what_differs(map(_names, view.recent.deaths.recent), living, "that died")


def _names(death: Death) -> Names:
    function = next(iter(sorted(death.functions)), None)
    return {"host": death.told.host, "manager": death.told.manager, "function": function}


def evidence_of(told: PostMortem) -> dict[str, Figure]:
    """The figures of a post-mortem, those that are known."""
    evidence: dict[str, Figure] = {
        "likely_cause": told.cause,
        "on_processors": told.on_processors,
        "silent_seconds": told.silent_seconds,
    }
    if told.held is not None:
        evidence["tasks_held"] = told.held
    if told.memory_used_bytes is not None and told.memory_limit_bytes is not None:
        evidence |= {
            "memory_used_bytes": told.memory_used_bytes,
            "memory_limit_bytes": told.memory_limit_bytes,
        }
    return evidence


RULE = Rule("worker_died", _find, _hold)
