"""Charts of memory and CPU usage, and the histogram of task durations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.history import Ring
from scaler_monitor.protocol.page import ChartFigure, ChartSeries, FigureQuestion
from scaler_monitor.protocol.row_id import NAMELESS

STALE_INTERVALS = 5
"""A reported value becomes unknown this many report intervals after the report."""
FINISHED_SECONDS = 10.0
"""Minimum time over which values of finished tasks are summed."""


def chart_figure(cluster: ClusterState, question: FigureQuestion, now: float) -> ChartFigure:
    """Return the chart "memory" or "cpu": usage of workers, scheduler and finished tasks."""
    end = now - max(question.end_seconds_ago, 0.0)
    start = end - max(question.window_seconds, 1.0)
    cells, history = max(question.cells, 1), cluster.history
    over = max(FINISHED_SECONDS, (end - start) / cells)
    fleet = history.fleet_rss if question.figure == "memory" else history.fleet_cpu
    scheduler = history.scheduler_rss if question.figure == "memory" else history.scheduler_cpu
    gaps = cluster.gaps.between(start, end)

    def reported(ring: Ring) -> NDArray[np.float64]:
        """Return reported values: each is valid until the next report, unless that is late, or in a gap."""
        values = ring.cells(start, end, cells, hold=STALE_INTERVALS * ring.spacing)
        moments = start + (end - start) * (np.arange(cells) + 0.5) / cells
        for begin, until in gaps:
            values[(moments > begin) & (moments < until)] = np.nan
        return values

    fleet_values = reported(fleet)
    with np.errstate(divide="ignore", invalid="ignore"):
        if question.figure == "memory":
            finished = history.finished.sums(start, end, cells, over)
            growth = history.finished_growth.sums(start, end, cells, over) / finished
            took, unit, parts = ChartSeries("tasks grew", "bytes", _values(growth)), "bytes", 1
        else:
            used = history.finished_cpu.sums(start, end, cells, over) / over * 100
            used[np.isnan(fleet_values)] = np.nan  # without a report, ended tasks were not seen
            took, unit, parts = ChartSeries("tasks used", "percent", _values(used)), "percent", 10
    series = [
        ChartSeries("workers", unit, _values(fleet_values / parts)),
        took,
        ChartSeries("scheduler", unit, _values(reported(scheduler) / parts)),
    ]
    return ChartFigure(start, end, series, gaps)


def _values(values: NDArray[np.float64]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def histogram_figure(cluster: ClusterState, question: FigureQuestion) -> ChartFigure:
    """Return the histogram of durations of the function in scope, or of all functions without a scope."""
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
