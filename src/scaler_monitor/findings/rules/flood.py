"""One client sends far more than it usually does, and more than the cluster can do beside the others'."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of

COME, GONE, OPEN = 0, 1, 2

LEAST_MOMENTS = 7
"""Times ten seconds that must have been watched before the rise to say what is usual."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.flood_hold_seconds, clear_seconds=thresholds.clear_seconds)


def _not_told(view: View) -> str:
    if view.state.clients.rows is None and not view.state.clients.tallies:
        return "this release does not tell its clients"
    return ""


def _history(thresholds: Thresholds) -> float:
    return thresholds.flood_rising_seconds


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    thresholds, clients = view.thresholds, view.recent.clients
    names = clients.names()
    if len(names) < 2:
        return []
    totals = clients.totals()
    before = [clients.before(seconds, view.now) for seconds in _moments(thresholds)]
    all_open = int(totals[:, OPEN].sum())
    at = int(np.argmax(totals[:, OPEN]))
    open_now, name = int(totals[at, OPEN]), names[at]
    told = bool(totals[:, COME].any())  # before 2.9 tasks name no client: growth is the least that came
    for_each = thresholds.flood_open_processors if told else thresholds.flood_counted_processors
    least = max(thresholds.flood_open_tasks, for_each * view.fleet.processors)
    if open_now < max(thresholds.flood_open_share * all_open, least) or not _others_work(totals, at):
        return []
    earlier = [0 if moment is None else int(moment[at, OPEN]) for moment in before]
    if any(moment is None for moment in before) or not _rises([*earlier, open_now]):
        return []
    column = COME if told else OPEN
    times, history = clients.moments(name)
    come, usual = _arrivals(times, history[:, column], thresholds)
    if usual is None:
        crowd = thresholds.flood_counted_processors * view.fleet.processors
        if open_now < max(thresholds.flood_unknown_times * (all_open - open_now), crowd):
            return []
    elif come <= thresholds.flood_arrivals_times * usual:
        return []
    return [_sign(view, name, open_now, all_open, come, usual)]


def _moments(thresholds: Thresholds) -> list[float]:
    rising = thresholds.flood_rising_seconds
    return [rising, rising * 2 / 3, rising / 3]


def _rises(counts: list[int]) -> bool:
    return counts == sorted(set(counts))


def _others_work(totals: NDArray[np.int64], at: int) -> bool:
    """Whether another client has open tasks: one alone takes nothing from anybody."""
    others = np.delete(totals[:, OPEN], at)
    return bool((others > 0).any())


def _arrivals(
    times: NDArray[np.float64], totals: NDArray[np.int64], thresholds: Thresholds
) -> tuple[float, float | None]:
    """Return what came a second over the rise, and what usually comes; None for what is not known."""
    before = np.flatnonzero(times <= times[-1] - thresholds.flood_rising_seconds)
    start = int(before[-1]) if len(before) else 0
    come = float(totals[-1] - totals[start]) / max(float(times[-1] - times[start]), 1.0)
    if start + 1 < LEAST_MOMENTS:
        return come, None
    each = np.maximum(np.diff(totals[: start + 1]), 0) / np.maximum(np.diff(times[: start + 1]), 1.0)
    return come, float(np.median(each))


def _sign(view: View, name: str, open_now: int, all_open: int, come: float, usual: float | None) -> Sign:
    often = f"usually {usual:,.1f}" if usual is not None else "how many usually is not known"
    processors = view.fleet.processors
    return Sign(
        key=name,
        severity="warning",
        subject_kind="client",
        subject=name,
        text=f"Client {name} floods the cluster: {open_now:,} of {count_of(all_open, 'open task')} are its "
        f"own and rising, {come:,.1f} come a second ({often})",
        advice="Ask its owner to send less at a time; tasks of others wait among these.",
        evidence={
            "open_tasks": open_now,
            "all_open_tasks": all_open,
            "arrivals_per_second": round(come, 2),
            "usual_arrivals_per_second": "unknown" if usual is None else round(usual, 2),
            "processors": processors,
        },
        causes=frozenset({("client", name)}),
        specific=5.5,
        weight=open_now / max(all_open, 1),
        compare=lambda: (f"client {name}: {open_now / max(all_open, 1):.0%} of all open tasks",),
    )


RULE = Rule("flood", _find, _hold, _not_told, _history)
