"""Overdue tasks: on a processor for much longer than is usual for their function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.functions import Functions
from scaler_monitor.model.tasks import Tasks
from scaler_monitor.model.workers import Workers

OVERDUE_FACTOR = 4.0
"""A task is overdue from this multiple of the usual duration on ..."""

MIN_EXCESS_SECONDS = 5.0
"""... if it also exceeds it by this: ages are whole seconds, as of the last heartbeat."""


def overdue_by_processor(workers: Workers, tasks: Tasks, functions: Functions) -> NDArray[np.float64] | None:
    """Return by processor the age of its task as a multiple of `Function.usual_seconds`, if overdue.

    NaN if it is not overdue, or if its function or the usual duration is unknown. None before 2.9, where
    processors do not report their tasks.
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
