"""Attributes of workers and tasks by dimension, as input for `compare`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.compare import MAX_COMPARED, Attributes
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import join_names
from scaler_monitor.model.tasks import Task


def worker_attributes(view: View, workers: NDArray[np.int64]) -> Iterator[Attributes]:
    """Return host, manager, capabilities and current function of the workers at these indexes (a sample
    if there are many)."""
    fleet, state = view.fleet, view.state
    columns, records = fleet.columns, state.tasks.records
    ids, first = columns.processors.task_id, columns.first_processor
    step = max(1, -(-len(workers) // MAX_COMPARED))
    for at in workers[::step].tolist():
        said = state.workers.capabilities.get(fleet.names[at])
        function = None
        if ids is not None:
            on = (
                records.get(ids[place]) for place in range(int(first[at]), int(first[at + 1])) if ids[place]
            )
            function = next((task.function for task in on if task is not None and task.function), None)
        yield {
            "host": fleet.host(at),
            "manager": state.workers.manager[at],
            "capability": None if said is None else join_names(each.name for each in said) or "none",
            "function": function,
        }


def task_attributes(view: View, tasks: Iterable[Task]) -> Iterator[Attributes]:
    """Return worker, host, client, capabilities and function of each task."""
    index, fleet = view.state.workers.index, view.fleet
    for task in tasks:
        at = None if task.worker is None else index.get(task.worker)
        needs = task.capabilities
        yield {
            "worker": task.worker,
            "host": None if at is None else fleet.host(at),
            "client": task.client or None,
            "capability": None if needs is None else join_names(each.name for each in needs) or "none",
            "function": task.function,
        }
