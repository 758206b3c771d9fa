"""Tasks that have been on a processor for far longer than those of their function usually are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scaler_monitor.model.picture import Picture

OVERDUE_TIMES = 4.0
"""How many times as long as is usual is far over it."""

LEAST_EXCESS_SECONDS = 5.0
"""And how much longer at least: ages are whole seconds, and of a heartbeat."""


def overdue_by_processor(nouns: Picture) -> NDArray[np.float64] | None:
    """Return for each processor how many times `Function.usual_seconds` its task has been on it.

    NaN where that is not far over it, or where the function or what is usual is not known. None before 2.9,
    where processors do not name their tasks.
    """
    processors, ages = nouns.workers.processors, nouns.workers.task_age_seconds
    if processors is None or processors.task_id is None or ages is None:
        return None
    times = np.full(len(ages), np.nan)
    ids, records, functions = processors.task_id, nouns.tasks.records, nouns.functions.entries
    for at in np.flatnonzero(ages > LEAST_EXCESS_SECONDS).tolist():
        task = records.get(ids[at])
        entry = functions.get(task.function) if task is not None and task.function else None
        usual = entry.usual_seconds if entry is not None else None
        if usual is None:
            continue
        age = float(ages[at])
        if age > OVERDUE_TIMES * usual and age > LEAST_EXCESS_SECONDS + usual:
            times[at] = age / usual
    return times
