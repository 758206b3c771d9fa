"""What is drawn: the task stream, charts of memory and cpu, the histogram of a function's durations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.bars import Bar
from scaler_monitor.model.cluster import Cluster
from scaler_monitor.model.functions import Function
from scaler_monitor.views.format import DASH, format_duration, format_name, format_time
from scaler_monitor.views.page import (
    ChartFigure,
    ChartSeries,
    FigureQuestion,
    StreamBar,
    StreamFigure,
    StreamLane,
    TableQuestion,
)
from scaler_monitor.views.rows.paging import row_set
from scaler_monitor.views.rows.passing import passing
from scaler_monitor.views.rows.row_set import RowSet, plain
from scaler_monitor.views.rows.scope import in_scope
from scaler_monitor.views.rows.work import NAMELESS
from scaler_monitor.views.stream_filter import parse_stream_filter, passing_bars
from scaler_monitor.wire.event import CANCELED_STATES, FAILED_STATES

MAX_LEGEND = 50
"""Capability sets told apart in a stream; the rest share the last entry."""

UNKNOWN_CAPABILITIES, NO_CAPABILITIES, MORE_CAPABILITIES = "(unknown)", "(none)", "(more)"


def stream_figure(cluster: Cluster, question: FigureQuestion, now: float) -> StreamFigure:
    """Return the lanes that fit the screen, grouped by manager, and what the cursor stands on."""
    end = now - max(question.end_seconds_ago, 0.0)
    start = end - max(question.window_seconds, 1.0)
    rows = row_set(cluster, TableQuestion("workers"), now)
    chosen = parse_stream_filter(question.filter)
    lanes = _lanes(rows, cluster, question, start, end)
    workers = len(lanes)
    if chosen.workers:
        kept = {int(at) for at in passing(rows, chosen.workers)}
        lanes = [lane for lane in lanes if lane.place in kept]
    first = min(max(question.first, 0), max(len(lanes) - 1, 0))
    shown = lanes[first : first + max(question.rows, 0)]
    names = [lane.worker for lane in shown]
    bars = passing_bars(cluster.bars(start, end, max(question.cells, 1), names), chosen.bars)
    legend, places = _legend(cluster, start, end, bars)
    drawn = [
        StreamLane(
            lane.worker,
            lane.manager,
            [_stream_bar(bar, places) for bar in drawn_bars],
            rows.mark(lane.place) if lane.place >= 0 else "departed",
        )
        for lane, drawn_bars in zip(shown, bars, strict=True)
    ]
    pointed = _pointed(question, names, bars, start, end)
    gaps = cluster.gaps.between(start, end)
    return StreamFigure(start, end, len(lanes), first, drawn, legend, gaps, pointed, chosen.error, workers)


class Lane(NamedTuple):
    """A worker by manager; those of no manager come last."""

    homeless: bool
    manager: str
    worker: str
    place: int  # among the rows of the worker table; -1 for one that is in the timeline only


def _lanes(rows: RowSet, cluster: Cluster, question: FigureQuestion, start: float, end: float) -> list[Lane]:
    """All lanes: the workers that are here, and others with spans in the window."""
    positions: Sequence[int] | NDArray[np.int64] = range(len(rows))
    if question.scope_kind:
        positions = in_scope(cluster, rows, question.scope_kind, question.scope_id)
    managers, names = plain(rows.values("manager")), plain(rows.values("worker"))
    lanes = [Lane(not managers[at], managers[at] or "", names[at], at) for at in map(int, positions)]
    if not question.scope_kind:
        known = set(names)
        past = cluster.timeline.active(start, end)
        lanes += [Lane(True, "", worker, -1) for worker in past if worker not in known]
    return sorted(lanes)


def _legend(
    cluster: Cluster, start: float, end: float, bars: list[list[Bar]]
) -> tuple[list[tuple[str, int]], dict[str | None, int]]:
    """The legend, and the place in it of each capability set; sets keep their place while counts move."""
    counts: dict[str | None, int] = dict(cluster.timeline.legend(start, end))
    for lane in bars:
        for bar in lane:
            counts.setdefault(bar.capabilities, bar.tasks)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    legend = [(_capability_title(name), count) for name, count in ordered[:MAX_LEGEND]]
    places = {name: at for at, (name, _) in enumerate(ordered[:MAX_LEGEND])}
    rest = ordered[MAX_LEGEND:]
    if rest:
        places |= {name: len(legend) for name, _ in rest}
        legend.append((MORE_CAPABILITIES, sum(count for _, count in rest)))
    return legend, places


def _capability_title(name: str | None) -> str:
    return UNKNOWN_CAPABILITIES if name is None else name or NO_CAPABILITIES


def _stream_bar(bar: Bar, places: dict[str | None, int]) -> StreamBar:
    """The bar as it is drawn: a task that failed is marked where it did, and in no bar before."""
    state = bar.state
    if state in FAILED_STATES | CANCELED_STATES and not bar.failed and not bar.canceled:
        state = "success"
    return StreamBar(
        bar.first_cell,
        bar.last_cell,
        bar.tasks,
        state,
        places.get(bar.capabilities, 0),
        bar.function or "",
        bar.task_id.hex(),
        bar.busy,
    )


def _pointed(
    question: FigureQuestion,
    names: list[str],
    bars: list[list[Bar]],
    start: float,
    end: float,
) -> list[tuple[str, str]]:
    """Facts of the bar in the cursor's cell."""
    if question.cursor_row not in names or question.cursor_cell < 0:
        return []
    lane = names.index(question.cursor_row)
    width = (end - start) / max(question.cells, 1)
    cell = question.cursor_cell
    facts = [("worker", question.cursor_row), ("time", format_time(start + (cell + 0.5) * width))]
    bar = next((bar for bar in bars[lane] if bar.first_cell <= cell <= bar.last_cell), None)
    if bar is None:
        return [*facts, ("state", "idle")]
    facts += [("function", format_name(bar.function)), ("state", bar.state)]
    if bar.tasks != 1:
        facts += [("tasks", str(bar.tasks)), ("busy", f"{bar.busy:.0%}")]
        ends = (("failed", bar.failed), ("canceled", bar.canceled))
        return facts + [(label, str(count)) for label, count in ends if count]
    took = DASH if bar.seconds is None else format_duration(bar.seconds)
    return [
        *facts,
        ("duration", took),
        ("task", bar.task_id.hex()),
        ("needs", _capability_title(bar.capabilities)),
    ]


def chart_figure(cluster: Cluster, question: FigureQuestion, now: float) -> ChartFigure:
    """Return the series of "memory" or "cpu": the fleet by its reports, and what finished tasks took."""
    end = now - max(question.end_seconds_ago, 0.0)
    start = end - max(question.window_seconds, 1.0)
    cells, history = max(question.cells, 1), cluster.history
    finished = history.finished.cells(start, end, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        if question.figure == "memory":
            series = [
                ChartSeries("fleet", "bytes", _values(history.fleet_rss.cells(start, end, cells))),
                ChartSeries(
                    "finished task, growth",
                    "bytes",
                    _values(history.finished_growth.cells(start, end, cells) / finished),
                ),
                ChartSeries("scheduler", "bytes", _values(history.scheduler_rss.cells(start, end, cells))),
            ]
        else:
            series = [
                ChartSeries("fleet", "percent", _values(history.fleet_cpu.cells(start, end, cells) / 10)),
                ChartSeries(
                    "finished tasks", "percent", _values(history.finished_cpu.cells(start, end, cells) * 100)
                ),
                ChartSeries(
                    "scheduler", "percent", _values(history.scheduler_cpu.cells(start, end, cells) / 10)
                ),
            ]
    return ChartFigure(start, end, series, cluster.gaps.between(start, end))


def _values(values: NDArray[np.float64]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def histogram_figure(cluster: Cluster, question: FigureQuestion) -> ChartFigure:
    """Return how many tasks of the function in scope (of all without one) took how long."""
    entries: list[Function] = cluster.functions.rows()
    if question.scope_kind == "function":
        name = "" if question.scope_id == NAMELESS else question.scope_id
        entries = [entry for entry in entries if entry.name == name]
    if not entries:
        return ChartFigure(0.0, 0.0, [], [])
    durations = entries[0].durations.copy()
    for entry in entries[1:]:
        durations.merge(entry.durations)
    bars = durations.histogram(max(question.cells, 1))
    if not bars:
        return ChartFigure(0.0, 0.0, [], [])
    counts: list[float | None] = [float(bar.tasks) for bar in bars]
    return ChartFigure(bars[0].low, bars[-1].high, [ChartSeries("tasks", "tasks", counts)], [])
