"""Reports made from other reports."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np

from scaler_monitor.wire.event import StateScheduler


def report_of(report: StateScheduler, kept: Iterable[str]) -> StateScheduler:
    """Return the report with only some of its workers."""
    columns = report.workers
    at = [columns.worker.index(name) for name in kept]
    first = columns.first_processor
    spots = [spot for i in at for spot in range(int(first[i]), int(first[i + 1]))]
    of_processors: dict[str, Any] = {
        field.name: _of(getattr(columns.processors, field.name), spots)
        for field in dataclasses.fields(columns.processors)
    }
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(columns):
        value = getattr(columns, field.name)
        if field.name == "processors":
            changed[field.name] = dataclasses.replace(columns.processors, **of_processors)
        elif field.name == "first_processor":
            changed[field.name] = np.cumsum([0, *(int(first[i + 1] - first[i]) for i in at)])
        else:
            changed[field.name] = _of(value, at)
    return dataclasses.replace(report, workers=dataclasses.replace(columns, **changed))


def _of(values: Any, at: list[int]) -> Any:
    """Return some of the values of a column."""
    return tuple(values[i] for i in at) if isinstance(values, tuple) else values[at]
