"""Reports made of others."""

from __future__ import annotations

import dataclasses

import numpy as np


def report_of(report, kept):
    """The same report with only some of its workers."""
    columns = report.workers
    at = [columns.worker.index(name) for name in kept]
    first = columns.first_processor
    spots = [spot for i in at for spot in range(int(first[i]), int(first[i + 1]))]
    processors = dataclasses.replace(
        columns.processors,
        **{
            field.name: (
                tuple(value[i] for i in spots)
                if isinstance(value := getattr(columns.processors, field.name), tuple)
                else value[spots]
            )
            for field in dataclasses.fields(columns.processors)
        },
    )
    changed = {}
    for field in dataclasses.fields(columns):
        value = getattr(columns, field.name)
        if field.name == "processors":
            changed[field.name] = processors
        elif field.name == "first_processor":
            changed[field.name] = np.cumsum([0, *(int(first[i + 1] - first[i]) for i in at)])
        else:
            changed[field.name] = tuple(value[i] for i in at) if isinstance(value, tuple) else value[at]
    return dataclasses.replace(report, workers=dataclasses.replace(columns, **changed))
