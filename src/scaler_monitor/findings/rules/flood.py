"""One client submits far more tasks than usual, and more than the cluster can process."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.protocol.format.amounts import count_with_noun

ARRIVED, ENDED, OPEN = 0, 1, 2

MIN_MOMENTS = 7
"""Intervals of ten seconds that must have been observed before the rise to know the usual rate."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.flood_hold_seconds, clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    if view.state.clients.rows is None and not view.state.clients.tallies:
        return "this release does not report clients"
    return ""


def _history(thresholds: Thresholds) -> float:
    return thresholds.flood_rising_seconds


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    thresholds, clients = view.thresholds, view.history.clients
    names = clients.names()
    if len(names) < 2:
        return []
    totals = clients.totals()
    before = [clients.before(seconds, view.now) for seconds in _moments(thresholds)]
    all_open = int(totals[:, OPEN].sum())
    at = int(np.argmax(totals[:, OPEN]))
    open_now, name = int(totals[at, OPEN]), names[at]
    # before 2.9 tasks do not name their client: growth is a lower bound
    clients_reported = bool(totals[:, ARRIVED].any())
    per_processor = (
        thresholds.flood_open_processors if clients_reported else thresholds.flood_counted_processors
    )
    least = max(thresholds.flood_open_tasks, per_processor * view.fleet.processors)
    if open_now < max(thresholds.flood_open_share * all_open, least) or not _others_work(totals, at):
        return []
    earlier = [0 if moment is None else int(moment[at, OPEN]) for moment in before]
    if any(moment is None for moment in before) or not _rises([*earlier, open_now]):
        return []
    column = ARRIVED if clients_reported else OPEN
    times, client_totals = clients.moments(name)
    arrival_rate, usual = _arrivals(times, client_totals[:, column], thresholds)
    if usual is None:
        minimum = thresholds.flood_counted_processors * view.fleet.processors
        if open_now < max(thresholds.flood_unknown_factor * (all_open - open_now), minimum):
            return []
    elif arrival_rate <= thresholds.flood_arrivals_factor * usual:
        return []
    return [_symptom(view, name, open_now, all_open, arrival_rate, usual)]


def _moments(thresholds: Thresholds) -> list[float]:
    rising = thresholds.flood_rising_seconds
    return [rising, rising * 2 / 3, rising / 3]


def _rises(counts: list[int]) -> bool:
    return counts == sorted(set(counts))


def _others_work(totals: NDArray[np.int64], at: int) -> bool:
    """Return whether another client has open tasks: a single client delays nobody else."""
    others = np.delete(totals[:, OPEN], at)
    return bool((others > 0).any())


def _arrivals(
    times: NDArray[np.float64], totals: NDArray[np.int64], thresholds: Thresholds
) -> tuple[float, float | None]:
    """Return the arrival rate during the rise and the usual rate (None: unknown), in tasks per second."""
    before = np.flatnonzero(times <= times[-1] - thresholds.flood_rising_seconds)
    start = int(before[-1]) if len(before) else 0
    arrival_rate = float(totals[-1] - totals[start]) / max(float(times[-1] - times[start]), 1.0)
    if start + 1 < MIN_MOMENTS:
        return arrival_rate, None
    each = np.maximum(np.diff(totals[: start + 1]), 0) / np.maximum(np.diff(times[: start + 1]), 1.0)
    return arrival_rate, float(np.median(each))


def _symptom(
    view: View, name: str, open_now: int, all_open: int, arrival_rate: float, usual: float | None
) -> Symptom:
    often = f"usually {usual:,.1f}" if usual is not None else "usual rate unknown"
    processors = view.fleet.processors
    return Symptom(
        key=name,
        severity="warning",
        subject_kind="client",
        subject=name,
        text=f"Client {name} floods the cluster: {open_now:,} of {count_with_noun(all_open, 'open task')} "
        f"belong to it and their number rises, {arrival_rate:,.1f} arrive per second ({often})",
        advice="Ask its owner to submit fewer tasks at a time; tasks of other clients wait behind these.",
        evidence={
            "open_tasks": open_now,
            "all_open_tasks": all_open,
            "arrivals_per_second": round(arrival_rate, 2),
            "usual_arrivals_per_second": "unknown" if usual is None else round(usual, 2),
            "processors": processors,
        },
        causes=frozenset({("client", name)}),
        specific=5.5,
        weight=open_now / max(all_open, 1),
        compare=lambda: (f"client {name}: {open_now / max(all_open, 1):.0%} of all open tasks",),
    )


RULE = Rule("flood", _find, _hold, _unavailable_reason, _history)
