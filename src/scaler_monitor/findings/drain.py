"""Estimate when the backlog will be empty, from arrival and completion rates and their variance."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.history.recent_history import RecentHistory

WINDOW_SECONDS = 60.0
MIN_SECONDS = 10.0
"""Shortest observation that allows an estimate."""

SPREAD = 1.64
"""Half-width of the interval in standard deviations: 90 % confidence."""

BLOCK_SECONDS = 5.0
"""Length of one block; the variance is estimated over blocks."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Arrival and completion rates, and the estimated time until no task is open."""

    open_tasks: int | None
    arrivals_per_second: float | None
    endings_per_second: float | None
    seconds: tuple[float, float, float] | None
    """Low, expected and high estimate of the seconds until no task is open; None unless it drains."""
    state: Literal["draining", "growing", "steady", "unknown"]


UNKNOWN = Drain(None, None, None, None, "unknown")


def drain_of_all(history: RecentHistory) -> Drain:
    """Return the estimate for all tasks, from the scheduler's own totals."""
    times, arrived = history.samples.last("arrived", WINDOW_SECONDS)
    _, ended = history.samples.last("ended", WINDOW_SECONDS)
    _, open_tasks = history.samples.last("open", WINDOW_SECONDS)
    if len(times) < 2 or len(arrived) != len(ended) or len(open_tasks) != len(arrived):
        return UNKNOWN
    return _drain(int(open_tasks[-1]), times, arrived, ended)


def drain_of_functions(history: RecentHistory) -> dict[str, Drain]:
    """Return the estimate for each function, from the tasks that this monitor has observed."""
    ended, arrived = 2, 3
    names, totals_history = history.functions.names(), history.functions
    found = {}
    for name in names:
        times, totals = totals_history.moments(name)
        found[name] = _drain(
            int(totals[-1, arrived] - totals[-1, ended]), times, totals[:, arrived], totals[:, ended]
        )
    return found


def drain_of_clients(history: RecentHistory) -> dict[str, Drain]:
    """Return the estimate for each client; unknown before 2.9, where tasks do not name their client."""
    arrived, ended, open_tasks = 0, 1, 2
    names, totals_history = history.clients.names(), history.clients
    found = {}
    for name in names:
        times, totals = totals_history.moments(name)
        late = times >= times[-1] - WINDOW_SECONDS - BLOCK_SECONDS
        times, totals = times[late], totals[late]
        reported = bool(totals[-1, arrived])
        found[name] = (
            _drain(int(totals[-1, open_tasks]), times, totals[:, arrived], totals[:, ended])
            if reported
            else UNKNOWN
        )
    return found


def _drain(open_tasks: int, times: NDArray[np.float64], arrived: NDArray[Any], ended: NDArray[Any]) -> Drain:
    watched = float(times[-1] - times[0]) if len(times) else 0.0
    if watched < MIN_SECONDS:
        return Drain(open_tasks, None, None, None, "unknown")
    arrivals, endings = (float(each[-1] - each[0]) / watched for each in (arrived, ended))
    net = endings - arrivals
    spread = SPREAD * _deviation(times, np.asarray(ended, np.float64) - np.asarray(arrived, np.float64))
    if not open_tasks:
        return Drain(open_tasks, arrivals, endings, (0.0, 0.0, 0.0) if not arrivals else None, "steady")
    if net - spread > 0:
        return Drain(
            open_tasks,
            arrivals,
            endings,
            (open_tasks / (net + spread), open_tasks / net, open_tasks / (net - spread)),
            "draining",
        )
    state: Literal["growing", "steady"] = "growing" if net + spread < 0 else "steady"
    return Drain(open_tasks, arrivals, endings, None, state)


def _deviation(times: NDArray[np.float64], balance: NDArray[np.float64]) -> float:
    """Return the standard error of the mean growth (tasks per second), estimated over blocks."""
    edges = np.arange(times[0], times[-1] + 1e-6, BLOCK_SECONDS)
    steps = np.diff(np.interp(edges, times, balance)) / BLOCK_SECONDS
    return float(np.std(steps, ddof=1)) / sqrt(len(steps)) if len(steps) > 1 else float("inf")
