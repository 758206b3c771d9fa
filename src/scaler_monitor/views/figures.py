"""Charts of memory and cpu, and the histogram of a function's durations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster import Cluster
from scaler_monitor.model.functions import Function
from scaler_monitor.views.page import (
    ChartFigure,
    ChartSeries,
    FigureQuestion,
)
from scaler_monitor.views.rows.work import NAMELESS


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
