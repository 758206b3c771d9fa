"""Overdue tasks, also on silent workers."""

from __future__ import annotations

import numpy as np
import pytest
from tests.model.worlds import number, report, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import USUAL_SAMPLES


def worked(ended: int = 100, seconds: float = 2.0) -> ClusterState:
    """Return a cluster with ended tasks of `work` of the given number and durations, and task 0 open."""
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(1, ended + 1):
        model.apply_many([task(n), task(n, "success", worker="", seconds=seconds)], 1.0)
    model.apply(task(0), 1.0)
    return cluster


@pytest.mark.parametrize(("age", "times"), [(7, None), (9, 4.5), (44, 22.0)])
def test_a_task_at_more_than_four_times_the_p95_is_overdue(age: int, times: float | None) -> None:
    cluster = worked()
    ClusterModel.of(cluster).apply(report({"w0": [b"", number(0)]}, age=age), 100.0)
    found = cluster.overdue()
    assert found is not None
    assert np.isnan(found[0])
    assert np.isnan(found[1]) if times is None else found[1] == pytest.approx(times, rel=0.03)


def test_short_functions_have_some_seconds_before_they_are_overdue() -> None:
    cluster = worked(seconds=0.01)
    for age, overdue in ((5, False), (6, True)):
        ClusterModel.of(cluster).apply(report({"w0": [number(0)]}, age=age), 100.0 + age)
        found = cluster.overdue()
        assert found is not None
        assert bool(np.isfinite(found[0])) == overdue


def test_the_usual_duration_is_unknown_with_few_samples() -> None:
    for ended, known in ((USUAL_SAMPLES - 1, False), (USUAL_SAMPLES, True)):
        cluster = worked(ended)
        ClusterModel.of(cluster).apply(report({"w0": [number(0)]}, age=500), 100.0)
        found = cluster.overdue()
        assert found is not None
        assert bool(np.isfinite(found[0])) == known


def test_the_age_of_a_task_grows_while_its_worker_is_silent() -> None:
    cluster = worked()
    ClusterModel.of(cluster).apply(report({"w0": [number(0), b""]}, age=1), 100.0)
    ClusterModel.of(cluster).apply(report({"w0": [number(0), b""]}, age=1, last_seen=60), 160.0)
    ages, times = cluster.workers.task_age_seconds, cluster.overdue()
    assert ages is not None
    assert times is not None
    assert ages[0] == 61.0
    assert np.isnan(ages[1])
    assert times[0] == pytest.approx(30.5, rel=0.03)


def test_a_snapshot_keeps_the_usual_duration() -> None:
    cluster = worked()
    entry = cluster.functions.entries["work"]
    before = entry.usual_seconds
    snapshot = cluster.snapshot().functions.entries["work"]
    for n in range(1000, 1200):
        ClusterModel.of(cluster).apply_many([task(n), task(n, "success", worker="", seconds=50.0)], 200.0)
    assert snapshot.usual_seconds == before == pytest.approx(2.0, rel=0.03)
    assert entry.usual_seconds == pytest.approx(50.0, rel=0.03)
