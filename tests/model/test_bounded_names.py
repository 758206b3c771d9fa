"""The names of workers and clients are bounded per function and in total; others are counted."""

from __future__ import annotations

from tests.model.worlds import task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.limits import Limits


def worked(limits: Limits, functions: int, workers: int) -> ClusterState:
    """Return a cluster in which a task of each function ended on each worker."""
    model = ClusterModel(0.0, limits)
    cluster = model.state
    n = 0
    for function in range(functions):
        batch = []
        for worker in range(workers):
            n += 1
            batch += [
                task(n, "running", f"f{function}", f"w{worker}"),
                task(n, "success", f"f{function}", ""),
            ]
        model.apply_many(batch, 1.0)
    return cluster


def test_a_function_stores_its_first_workers_and_counts_the_tasks_of_others() -> None:
    entry = worked(Limits(names_per_function=5), 1, 12).functions.entries["f0"]
    assert list(entry.workers) == ["w0", "w1", "w2", "w3", "w4"]
    assert entry.workers.others == 7
    assert (list(entry.clients), entry.clients.others) == (["c0"], 0)


def test_the_names_of_all_functions_together_are_bounded() -> None:
    cluster = worked(Limits(function_names=100), 30, 20)
    rows = cluster.functions.rows()
    assert sum(len(entry.workers) + len(entry.clients) for entry in rows) == 100
    assert sum(len(entry.workers) + entry.workers.others for entry in rows) == 600


def test_folded_functions_free_their_names() -> None:
    cluster = worked(Limits(functions=10, function_names=50), 40, 4)
    functions = cluster.functions
    assert functions.folded
    held = sum(len(entry.workers) + len(entry.clients) for entry in functions.rows())
    assert held + functions._budget.remaining == 50
    assert list(functions.entries["f39"].workers) == ["w0", "w1", "w2", "w3"]
    assert functions.other is not None
    assert set(functions.other.workers) == {"w0", "w1", "w2", "w3"}


def test_a_snapshot_keeps_its_names() -> None:
    cluster = worked(Limits(), 1, 3)
    snapshot = cluster.snapshot().functions.entries["f0"]
    ClusterModel.of(cluster).apply_many([task(99, "running", "f0", "w9"), task(99, "success", "f0", "")], 2.0)
    assert list(snapshot.workers) == ["w0", "w1", "w2"]
    assert list(cluster.functions.entries["f0"].workers) == ["w0", "w1", "w2", "w9"]
