"""When the backlog will be done: what comes and goes, by how much that varies, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.recent.recent import Recent

WINDOW_SECONDS = 60.0
LEAST_SECONDS = 10.0
"""Watched for less, nothing is said."""

SPREAD = 1.64
"""Standard deviations to each side: nine of ten cases."""

BLOCK_SECONDS = 5.0
"""Arrivals of so long are one observation of how much they vary."""


@dataclass(frozen=True, slots=True)
class Drain:
    """What comes, what goes, and when all is done."""

    open_tasks: int | None
    arrivals_per_second: float | None
    endings_per_second: float | None
    seconds: tuple[float, float, float] | None
    """Low, middle and high: until nothing is open, where it drains."""
    state: Literal["draining", "growing", "steady", "unknown"]


UNKNOWN = Drain(None, None, None, None, "unknown")


def drain_of_all(recent: Recent) -> Drain:
    """Return it for all tasks, by the scheduler's own totals."""
    times, come = recent.samples.last("arrived", WINDOW_SECONDS)
    _, gone = recent.samples.last("ended", WINDOW_SECONDS)
    _, left = recent.samples.last("open", WINDOW_SECONDS)
    if len(times) < 2 or len(come) != len(gone) or len(left) != len(come):
        return UNKNOWN
    return _drain(int(left[-1]), times, come, gone)


def drain_of_functions(recent: Recent) -> dict[str, Drain]:
    """Return it for each function, by the tasks that this monitor heard of."""
    gone, come = 2, 3
    names, tallies = recent.functions.names(), recent.functions
    found = {}
    for name in names:
        times, history = tallies.moments(name)
        found[name] = _drain(
            int(history[-1, come] - history[-1, gone]), times, history[:, come], history[:, gone]
        )
    return found


def drain_of_clients(recent: Recent) -> dict[str, Drain]:
    """Return it for each client; before 2.9, where tasks name none, it is unknown."""
    come, gone, left = 0, 1, 2
    names, tallies = recent.clients.names(), recent.clients
    found = {}
    for name in names:
        times, history = tallies.moments(name)
        late = times >= times[-1] - WINDOW_SECONDS - BLOCK_SECONDS
        times, history = times[late], history[late]
        told = bool(history[-1, come])
        found[name] = (
            _drain(int(history[-1, left]), times, history[:, come], history[:, gone]) if told else UNKNOWN
        )
    return found


def _drain(left: int, times: NDArray[np.float64], come: NDArray[Any], gone: NDArray[Any]) -> Drain:
    watched = float(times[-1] - times[0]) if len(times) else 0.0
    if watched < LEAST_SECONDS:
        return Drain(left, None, None, None, "unknown")
    arrivals, endings = (float(each[-1] - each[0]) / watched for each in (come, gone))
    net = endings - arrivals
    spread = SPREAD * _deviation(times, np.asarray(gone, np.float64) - np.asarray(come, np.float64))
    if not left:
        return Drain(left, arrivals, endings, (0.0, 0.0, 0.0) if not arrivals else None, "steady")
    if net - spread > 0:
        return Drain(
            left, arrivals, endings, (left / (net + spread), left / net, left / (net - spread)), "draining"
        )
    state: Literal["growing", "steady"] = "growing" if net + spread < 0 else "steady"
    return Drain(left, arrivals, endings, None, state)


def _deviation(times: NDArray[np.float64], balance: NDArray[np.float64]) -> float:
    """Return the standard deviation of the mean growth a second, from blocks of a few seconds each."""
    edges = np.arange(times[0], times[-1] + 1e-6, BLOCK_SECONDS)
    steps = np.diff(np.interp(edges, times, balance)) / BLOCK_SECONDS
    return float(np.std(steps, ddof=1)) / sqrt(len(steps)) if len(steps) > 1 else float("inf")
