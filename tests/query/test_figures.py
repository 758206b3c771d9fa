"""Charts, histogram, facts and overview of the scenario, compared with the model."""

from __future__ import annotations

import pytest
from tests.present import present
from tests.query.figures_of import ask, chart_of
from tests.scenario import BuiltCluster, build_cluster

from scaler_monitor.protocol.page import (
    FigureQuestion,
)


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


def test_charts_show_reports_and_finished_tasks(world: BuiltCluster) -> None:
    now = world[2]
    for figure, unit in (("memory", "bytes"), ("cpu", "percent")):
        chart = chart_of(world, figure, cells=50, window_seconds=200.0)
        assert chart.end == now
        assert {series.unit for series in chart.series} == {unit}
        for series in chart.series:
            assert len(series.values) == 50
            assert any(value is not None for value in series.values), series.name
    fleet = chart_of(world, "memory", cells=50, window_seconds=200.0).series[0]
    assert min(v for v in fleet.values if v is not None) > 1e9


def test_unknown_values_are_not_drawn(world: BuiltCluster) -> None:
    chart = chart_of(world, "memory", cells=30, window_seconds=1800.0)
    assert chart.series[0].values[:20] == [None] * 20


def test_histogram_counts_every_profile_of_its_function(world: BuiltCluster) -> None:
    cluster, _, _ = world
    for name in ("train_model", "price_option"):
        chart = chart_of(world, "histogram", cells=20, scope_kind="function", scope_id=name)
        assert sum(map(present, chart.series[0].values)) == cluster.functions.entries[name].durations.count
        assert 0 < chart.start < chart.end
        assert len(chart.series[0].values) <= 20
    everything = chart_of(world, "histogram", cells=20)
    assert sum(map(present, everything.series[0].values)) == sum(
        e.durations.count for e in cluster.functions.rows()
    )
    nothing = chart_of(world, "histogram", cells=20, scope_kind="function", scope_id="no such")
    assert nothing.series == []


def test_figures_are_answered_in_the_order_asked(world: BuiltCluster) -> None:
    names = ("cpu", "stream", "nonsense", "memory")
    figures = tuple(FigureQuestion(name, cells=20) for name in names)
    answered = present(ask(world, figures=figures).figures)
    assert tuple(figure.figure for figure in answered) == names
    assert [figure.stream is not None for figure in answered] == [False, True, False, False]
    assert [figure.chart is not None for figure in answered] == [True, False, False, True]
    assert present(answered[0].chart).series[0].unit == "percent"
    assert ask(world).figures == ()


def test_facts_of_each_kind(world: BuiltCluster) -> None:
    cluster, _, _ = world
    worker = cluster.workers.names[0]
    facts = dict(present(ask(world, facts_kind="worker", facts_id=worker).facts))
    assert facts["worker"] == worker
    assert facts["mem%"].endswith("%")
    task = next(task for task in reversed(cluster.tasks.records.values()) if task.state == "success")
    facts = dict(present(ask(world, facts_kind="task", facts_id=task.hex).facts))
    assert (facts["task"], facts["status"], facts["worker"]) == (task.hex, "success", task.worker)
    assert facts["duration"] != "-"
    facts = dict(present(ask(world, facts_kind="function", facts_id="train_model").facts))
    assert facts["tasks"] == "102"
    for kind, thing in (("task", "zz"), ("worker", "nobody"), ("nonsense", "x")):
        assert ask(world, facts_kind=kind, facts_id=thing).facts == []


def test_the_overview_has_the_values_of_the_model(world: BuiltCluster) -> None:
    cluster, _, _ = world
    overview = present(ask(world).overview)
    columns = present(cluster.workers.columns)
    assert overview.workers == 11
    assert overview.departed_workers == 1
    assert overview.queued == sum(columns.queued.tolist())
    of_agents = sum(columns.agent_rss_bytes.tolist())
    assert overview.agent_rss_bytes == of_agents
    assert overview.worker_rss_bytes == sum(columns.processors.rss_bytes.tolist()) + of_agents
    assert overview.inactive == 0
    on_processors = len(columns.processors.pid) - present(overview.suspended)
    assert present(overview.running) + present(overview.idle) == on_processors
    assert overview.pending_workers == 3
    assert present(overview.task_states)["success"] == overview.seen["success"]
    assert overview.function_tasks[0][0] == "price_option"
    assert sum(tasks for _, tasks in overview.function_tasks) == len(cluster.tasks)
    assert overview.rss_history == sorted(overview.rss_history)
    assert len(overview.rss_history) == 240
    assert ask(world, overview=False).overview is None
