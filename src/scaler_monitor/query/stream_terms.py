"""What a filter leaves of the task stream: some workers, and some of their bars.

The grammar is that of the tables. Words and the columns of the worker table choose workers; the columns
`function`, `status` and `duration` choose bars. A bar of several tasks is judged by the function with the
most time in it and by all the ways in which its tasks ended.
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

_OF_BARS = ("function", "status", "duration")


def _tables() -> tuple[TableSpec, TableSpec]:
    """The columns of bars, and with them all columns that a filter of the stream may name."""
    workers, tasks = TABLES["workers"], TABLES["tasks"]
    of_bars = tuple(column for column in tasks.columns if column.key in _OF_BARS)
    bars = TableSpec("bars", "Bars", "bar", place=-1, columns=of_bars, sort="function")
    return bars, replace(workers, key="stream", columns=workers.columns + of_bars)


class StreamFilter(NamedTuple):
    """Terms for workers, terms for bars, and why the text does not parse; then there are none."""

    workers: tuple[Term, ...] = ()
    bars: tuple[Term, ...] = ()
    error: str = ""


@lru_cache(maxsize=128)
def parse_stream_filter(text: str) -> StreamFilter:
    """Return the terms of a filter."""
    try:
        terms = parse_filter(text, _tables()[1])
    except BadFilter as problem:
        return StreamFilter(error=str(problem))
    return StreamFilter(
        tuple(term for term in terms if term.column not in _OF_BARS),
        tuple(term for term in terms if term.column in _OF_BARS),
    )


def filter_bars(lanes: list[list[Bar]], terms: tuple[Term, ...]) -> list[list[Bar]]:
    """Return the bars of each lane that pass all terms."""
    if not terms:
        return lanes
    every = [bar for lane in lanes for bar in lane]
    getters = {
        "function": lambda bar: bar.function or None,
        "status": _endings,
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


def _endings(bar: Bar) -> str:
    """The state of the only task, or all states that tell how several ended."""
    also = [name for name, count in (("failed", bar.failed), ("canceled", bar.canceled)) if count]
    return " ".join(dict.fromkeys((bar.state, *also))) if bar.tasks > 1 else bar.state
