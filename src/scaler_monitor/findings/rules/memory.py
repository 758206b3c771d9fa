"""A worker is close to its memory limit, or will soon reach it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.attributes import worker_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.finding import Figure, Severity
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.model.workers import rss_with_agents
from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes

MAX_SEPARATE = 200
"""Largest number of nearly full workers that are examined separately."""


def _hold(thresholds: Thresholds) -> Hold:
    reports = thresholds.memory_reports
    return Hold(begin_reports=reports, clear_seconds=thresholds.memory_clear_seconds, clear_reports=reports)


def _unavailable_reason(view: View) -> str:
    if view.fleet.columns.memory_limit_bytes is None:
        return "this release does not report memory limits (2.7 and later do)"
    return ""


def _find(view: View, open_keys: frozenset[str]) -> list[Symptom]:
    thresholds, fleet = view.thresholds, view.fleet
    shares = np.nan_to_num(fleet.memory_share)
    near = np.flatnonzero(shares >= thresholds.memory_growing_share)
    if not len(near):
        return []
    full = shares[near] > thresholds.memory_full_share
    clear = shares[near] <= thresholds.memory_clear_share
    many = full | ~clear if "many" in open_keys else full
    if int(np.count_nonzero(many)) > MAX_SEPARATE:
        return [_summary(view, near[many])]
    growth = view.history.workers.memory.growth(near)
    previous_peak = view.history.workers.memory.previous_peak[near]
    left = np.full(len(near), np.inf)
    growing = growth > 0
    left[growing] = (1.0 - shares[near][growing]) / growth[growing]
    higher = shares[near] > previous_peak + thresholds.memory_sawtooth_share
    soon = (left < thresholds.memory_forecast_seconds) & ((previous_peak == 0) | higher)
    bad = many | soon
    if int(np.count_nonzero(bad)) > MAX_SEPARATE:
        return [_summary(view, near[bad])]
    affected = [
        (key, places)
        for key, places in _by_limit(view, near).items()
        if (full | soon)[places].any() or (key in open_keys and not clear[places].all())
    ]
    if len(affected) > thresholds.max_symptoms_per_rule:
        return [_summary(view, near[np.concatenate([places for _, places in affected])])]
    symptoms = []
    for key, places in affected:
        soonest = float(left[places][soon[places]].min()) if soon[places].any() else np.inf
        symptoms.append(_symptom(view, key, near[places], soonest, full=bool(full[places].any())))
    return symptoms


def _summary(view: View, workers: NDArray[np.int64]) -> Symptom:
    """Return one symptom that summarizes many workers."""
    fleet = view.fleet
    worst = int(workers[np.argmax(fleet.memory_share[workers])])
    count = len(workers)
    return Symptom(
        key="many",
        severity="critical",
        subject_kind="cluster",
        subject="",
        text=f"Memory of {count:,} of {count_with_noun(len(fleet), 'worker')} is nearly full or soon "
        f"will be; the fullest is {fleet.names[worst]} at {fleet.memory_share[worst]:.0%}",
        advice="Run fewer tasks at a time, or give workers more memory: they are killed at their limit.",
        evidence={
            "nearly_full": count,
            "workers": len(fleet),
            "used_share": round(float(fleet.memory_share[worst]), 3),
        },
        causes=frozenset({("memory", "of the fleet")}),
        specific=5.1,
        weight=count,
        compare=lambda: find_differences(
            worker_attributes(view, workers),
            worker_attributes(view, np.setdiff1d(np.arange(len(fleet)), workers)),
            "that are nearly full",
        ),
    )


def _by_limit(view: View, near: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return positions in `near`, grouped by memory limit: of one worker, or of a host, shared by several.

    Workers share a limit if they have the same limit and about the same free memory, and each accounts for
    little of the memory in use.
    """
    fleet, thresholds = view.fleet, view.thresholds
    used = fleet.memory_share[near] * fleet.limits[near]
    own = rss_with_agents(fleet.workers, fleet.columns)[near] >= thresholds.memory_own_share * used
    found: dict[str, list[int]] = {}
    together: dict[tuple[str | None, float], list[int]] = {}
    for place, at in enumerate(near.tolist()):
        if own[place]:
            found[fleet.names[at]] = [place]
        else:
            together.setdefault((fleet.host(at), float(fleet.limits[at])), []).append(place)
    for (host, limit), places in together.items():
        shares = fleet.memory_share[near[places]]
        order = np.argsort(shares)
        cuts = np.flatnonzero(np.diff(shares[order]) > thresholds.memory_shared_share) + 1
        for number, group in enumerate(np.split(np.array(places)[order], cuts)):
            alone = len(group) == 1
            key = fleet.names[near[group[0]]] if alone else f"host {host or ''}/{limit:.0f}/{number}"
            found[key] = group.tolist()
    return {key: np.array(places, np.int64) for key, places in found.items()}


def _symptom(view: View, key: str, shared: NDArray[np.int64], left: float, *, full: bool) -> Symptom:
    fleet = view.fleet
    at = int(shared[np.argmax(fleet.memory_share[shared])])
    host = fleet.host(at)
    limit, share = float(fleet.limits[at]), float(fleet.memory_share[at])
    own_bytes = rss_with_agents(fleet.workers, fleet.columns)
    soon = left < view.thresholds.memory_forecast_seconds
    severity: Severity = "critical" if full and soon else "warning"
    figures = f"{format_bytes(share * limit)} of {format_bytes(limit)} ({share:.0%})"
    forecast = f", full in about {max(left, 1.0):.0f} s at the current growth" if soon else ""
    evidence: dict[str, Figure] = {
        "used_bytes": round(share * limit),
        "limit_bytes": round(limit),
        "used_share": round(share, 3),
    }
    if soon:
        evidence["seconds_to_limit"] = round(left)
    if len(shared) > 1:
        most = int(shared[np.argmax(own_bytes[shared])])
        evidence |= {"workers": len(shared), "own_bytes": int(own_bytes[shared].sum())}
        name = host or "one machine"
        text = (
            f"Memory of {name}, which {count_with_noun(len(shared), 'worker')} share, is at "
            f"{figures}{forecast}; {fleet.names[most]} uses most, {format_bytes(int(own_bytes[most]))}"
        )
        advice = "Find the process that uses it; run fewer workers on that host, or set a limit for each."
        kind, subject = ("machine", host) if host else ("worker", fleet.names[most])
        causes = {("machine", host or ""), *(("worker", fleet.names[place]) for place in shared.tolist())}
    else:
        text = f"Worker {fleet.names[at]} uses {figures} of its memory{forecast}"
        advice = "Check its tasks; it is killed at the limit, and its tasks start again on other workers."
        kind, subject, causes = "worker", fleet.names[at], {("worker", fleet.names[at])}
    return Symptom(
        key=key,
        severity=severity,
        subject_kind=kind,
        subject=subject,
        text=text,
        advice=advice,
        evidence=evidence,
        causes=frozenset(causes),
        specific=5.0,
        weight=share,
        compare=lambda: find_differences(
            worker_attributes(view, shared),
            worker_attributes(view, np.setdiff1d(np.arange(len(fleet)), shared)),
            "that are nearly full",
        ),
    )


RULE = Rule("memory", _find, _hold, _unavailable_reason)
