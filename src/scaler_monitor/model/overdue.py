"""Tasks that have been on a processor for far longer than those of their function usually are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.functions import Functions
from scaler_monitor.model.tasks import Tasks
from scaler_monitor.model.workers import Workers

OVERDUE_FACTOR = 4.0
"""How many times as long as is usual is far over it."""

MIN_EXCESS_SECONDS = 5.0
"""And how much longer at least: ages are whole seconds, and of a heartbeat."""


def overdue_by_processor(workers: Workers, tasks: Tasks, functions: Functions) -> NDArray[np.float64] | None:
    """Return for each processor how many times `Function.usual_seconds` its task has been on it.

    NaN where that is not far over it, or where the function or what is usual is not known. None before 2.9,
    where processors do not name their tasks.
    """
    processors, ages = workers.processors, workers.task_age_seconds
    if processors is None or processors.task_id is None or ages is None:
        return None
    old = np.flatnonzero(ages > MIN_EXCESS_SECONDS)
    ids = processors.task_id
    held = [tasks.records.get(ids[at]) for at in old.tolist()]
    names = [None if task is None else task.function for task in held]
    usual_of = {name: _usual(functions, name) for name in set(names)}
    usual = np.array([usual_of[name] for name in names], np.float64)
    far = ages[old] > np.maximum(OVERDUE_FACTOR * usual, MIN_EXCESS_SECONDS + usual)
    times = np.full(len(ages), np.nan)
    times[old[far]] = ages[old[far]] / usual[far]
    return times


def _usual(functions: Functions, function: str | None) -> float | None:
    entry = functions.get(function) if function else None
    return None if entry is None else entry.usual_seconds
