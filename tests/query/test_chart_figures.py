"""Charts with rare reports, lost connections and single finished tasks."""

from __future__ import annotations

import pytest
from tests.scenario import START
from tests.scenario.story import events

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import ChartSeries, FigureQuestion
from scaler_monitor.query.charts import chart_figure
from scaler_monitor.wire.event import StateScheduler

SECONDS = 120


def cluster_of(interval: int, lost: tuple[int, int] = (0, 0)) -> ClusterState:
    """Return the scenario with a report every `interval` seconds, disconnected during `lost`."""
    model = ClusterModel(START)
    cluster = model.state
    model.feed_changed(True, START)
    for now, came in events(SECONDS):
        second = int(now - START)
        if lost[0] <= second < lost[1]:
            model.feed_changed(False, now)
        else:
            heard = [
                event for event in came if second % interval == 0 or not isinstance(event, StateScheduler)
            ]
            model.feed_changed(True, now)
            model.apply_many(heard, now)
        model.tick(now)
    return cluster


def series(cluster: ClusterState, figure: str, cells: int = SECONDS) -> dict[str, ChartSeries]:
    """Return the series of a figure over the whole scenario, by name."""
    question = FigureQuestion(figure, cells=cells, window_seconds=float(SECONDS))
    return {one.name: one for one in chart_figure(cluster, question, START + SECONDS).series}


@pytest.mark.parametrize("figure", ["memory", "cpu"])
def test_a_reported_value_is_valid_until_the_next_report(figure: str) -> None:
    """With a report every ten seconds the line has no gaps."""
    for name in ("workers", "scheduler"):
        values = series(cluster_of(10), figure)[name].values
        assert values[:10] == [None] * 10
        assert None not in values[10:]
        assert len(set(values[10:20])) == 1
        assert len(set(values)) > 5


def test_nothing_is_drawn_over_a_lost_connection() -> None:
    """The last report is not valid while there is no connection."""
    chart = series(cluster_of(10, lost=(41, 75)), "memory")
    values = chart["workers"].values
    assert None not in values[10:40]
    assert values[43:74] == [None] * 31
    assert None not in values[80:]


def test_values_become_unknown_when_the_next_report_is_late() -> None:
    """Five intervals after the last report."""
    cluster = cluster_of(1)
    question = FigureQuestion("cpu", cells=60, window_seconds=60.0)
    values = chart_figure(cluster, question, START + SECONDS + 30).series[0].values
    assert None not in values[:34]
    assert values[37:] == [None] * 23


def test_usage_of_finished_tasks_is_averaged_over_ten_seconds() -> None:
    """An ended task is in ten cells of one second; other cell widths give the same value at one time."""
    cluster = cluster_of(1)
    for narrow, wide in ((SECONDS, SECONDS // 4), (2 * SECONDS, SECONDS)):
        fine, rough = (series(cluster, "cpu", cells)["tasks used"].values for cells in (narrow, wide))
        ends = fine[narrow // wide - 1 :: narrow // wide]
        assert [a for a, b in zip(ends, rough, strict=True) if b is not None] == pytest.approx(
            [b for b in rough if b is not None]
        )
    used = [value for value in series(cluster, "cpu")["tasks used"].values if value is not None]
    spent = sum(cluster.history.finished_cpu.seconds(START, START + SECONDS)[1])
    assert sum(used) / 100 == pytest.approx(spent, rel=0.1)
