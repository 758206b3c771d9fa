"""Filters the workers and bars of the task stream.

The syntax is that of table filters. Words and the columns of the worker table select workers; the columns
`function`, `status` and `duration` select bars. A bar of several tasks has the function with the most time in
it, and all states in which its tasks ended.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.apply_filter import apply_filter
from scaler_monitor.query.filter_terms import BadFilter, Term, parse_filter
from scaler_monitor.query.rows.entity_rows import EntityRows

_BAR_COLUMNS = ("function", "status", "duration")


def _tables() -> tuple[TableSpec, TableSpec]:
    """Return the table of bars, and a table with all columns that a filter can name."""
    workers, tasks = TABLES["workers"], TABLES["tasks"]
    bar_columns = tuple(column for column in tasks.columns if column.key in _BAR_COLUMNS)
    bars = TableSpec("bars", "Bars", "bar", place=-1, columns=bar_columns, sort="function")
    return bars, replace(workers, key="stream", columns=workers.columns + bar_columns)


class StreamFilter(NamedTuple):
    """Terms for workers, terms for bars, and the parse error; with an error there are no terms."""

    workers: tuple[Term, ...] = ()
    bars: tuple[Term, ...] = ()
    error: str = ""


@lru_cache(maxsize=128)
def parse_stream_filter(text: str) -> StreamFilter:
    """Return the terms of a filter, or its parse error."""
    try:
        terms = parse_filter(text, _tables()[1])
    except BadFilter as problem:
        return StreamFilter(error=str(problem))
    return StreamFilter(
        tuple(term for term in terms if term.column not in _BAR_COLUMNS),
        tuple(term for term in terms if term.column in _BAR_COLUMNS),
    )


def filter_bars(lanes: list[list[Bar]], terms: tuple[Term, ...]) -> list[list[Bar]]:
    """Return the bars of each lane that match all terms."""
    if not terms:
        return lanes
    every = [bar for lane in lanes for bar in lane]
    getters = {
        "function": lambda bar: bar.function or None,
        "status": _states,
        "duration": lambda bar: bar.seconds,
    }
    rows = EntityRows(_tables()[0], every, getters, lambda bar: bar.task_id.hex())
    kept = set(apply_filter(rows, terms).tolist())
    left: list[list[Bar]] = []
    at = 0
    for lane in lanes:
        left.append([bar for place, bar in enumerate(lane, at) if place in kept])
        at += len(lane)
    return left


def _states(bar: Bar) -> str:
    """Return the state of the only task, or all final states of several tasks."""
    also = [name for name, count in (("failed", bar.failed), ("canceled", bar.canceled)) if count]
    return " ".join(dict.fromkeys((bar.state, *also))) if bar.tasks > 1 else bar.state
