"""Rows of workers and of their processors."""

from __future__ import annotations

import dataclasses

import numpy as np
from tests.present import present
from tests.query.reports import report_of
from tests.query.tables_of import cell, column, page, tone
from tests.scenario import START, BuiltCluster, events

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.table_page import table_page
from scaler_monitor.wire.event import StateScheduler


def test_memory_column_predicts_the_oom_kill(world: BuiltCluster) -> None:
    cluster, _, _ = world
    columns = present(cluster.workers.columns)
    answer = page(world, "workers", sort="memory", descending=True)
    at = cluster.workers.index[answer.ids[0]]
    limits = present(columns.memory_limit_bytes)
    used = int(limits[at]) - int(columns.rss_free_bytes[at])
    value = answer.rows[0][TABLES["workers"].index("memory")]
    assert value == round(used * 1000 / int(limits[at])) > 920


def test_the_lag_of_a_late_worker_has_its_age(world: BuiltCluster) -> None:
    lags = page(world, "workers", filter="seen>5s")
    lag = TABLES["workers"].index("lag")
    assert [cell("workers", "lag", row[lag])[0] for row in lags.rows] == ["("]


def test_a_silent_worker_has_the_longest_lag(world: BuiltCluster) -> None:
    lags = column(world, "workers", "lag", sort="lag")
    assert lags[0][1] > 5 > max(seen for lag, seen in lags[1:] if lag is not None)
    assert lags[0][0] < lags[1][0] * 1e3
    assert (
        page(world, "workers", filter="lag>10s").matched
        == page(world, "workers", filter="lag:12.0s").matched
        == 1
    )


def test_a_silent_worker_is_marked_and_counted(world: BuiltCluster) -> None:
    cluster, _, now = world
    answer = page(world, "workers", filter="seen>5s")
    assert answer.marks == ["stale"]
    assert describe_overview(cluster, now).silent_workers == 1
    assert dict(describe_facts(cluster, "worker", answer.ids[0], now))[""].startswith("silent")
    at = TABLES["workers"].index
    for seconds, told in ((5, ""), (6, "warn"), (16, "bad")):
        assert tone("workers", "lag", (400, seconds)) == tone("workers", "last_seen", seconds) == told
    assert answer.rows[0][at("last_seen")] > 5


def test_a_worker_without_processors_has_a_row_with_its_queue() -> None:
    report = next(e for _, batch in events(2) for e in batch if isinstance(e, StateScheduler))
    columns = report.workers
    names = columns.worker
    bare = report_of(report, ()).workers.processors
    empty = np.zeros(len(names) + 1, np.int64)
    workers = dataclasses.replace(columns, processors=bare, first_processor=empty)
    model = ClusterModel(START)
    cluster = model.state
    model.apply(dataclasses.replace(report, workers=workers), START + 1)
    answer = table_page(cluster, TableQuestion("processors", limit=50), START + 1)
    assert answer.ids == sorted(names)
    table = TABLES["processors"]
    for values in answer.rows:
        row = dict(zip((column.key for column in table.columns), values, strict=True))
        assert row["pid"] == 0
        assert {row[key] for key in ("cpu", "rss", "initialized", "has_task", "task", "function")} == {None}
        assert row["waiting"] is not None
        assert row["host"]


def test_waiting_tasks_are_named_in_the_order_of_first_seen(world: BuiltCluster) -> None:
    answer = page(world, "processors", sort="waiting")
    worker, waits, behind = (TABLES["processors"].index(key) for key in ("worker", "waiting", "behind"))
    row = answer.rows[0]
    tasks = page(world, "tasks", filter="status:queued", scope_kind="worker", scope_id=row[worker])
    assert row[waits] >= len(tasks.rows) > 3
    *named, more = row[behind].split(", ")
    function = TABLES["tasks"].index("function")
    oldest = zip(tasks.ids[::-1], tasks.rows[::-1], strict=True)
    assert named == [f"{values[function]} {task[:8]}" for task, values in oldest][: len(named)]
    assert len(named) == 3
    assert more == f"+{row[waits] - 3}"
    idle = page(world, "processors", filter="waits=0").rows
    assert {values[behind] for values in idle} == {None}


def test_folded_workers_are_one_row(world: BuiltCluster) -> None:
    cluster, _, _ = world
    name = cluster.workers.names[0]
    folded = page(world, "processors", folded=(name,))
    assert name in folded.ids
    assert f"{name}/4000" not in folded.ids
    assert folded.total == len(present(cluster.workers.processors).pid) - 1
    all_but = page(world, "processors", folded=("*", name))
    assert all_but.total == len(cluster.workers) + 1
    pid = TABLES["processors"].index("pid")
    assert folded.rows[folded.ids.index(name)][pid] == -2
    rss = TABLES["processors"].index("rss")
    assert folded.rows[folded.ids.index(name)][rss] == int(cluster.workers.rss_bytes[0])
