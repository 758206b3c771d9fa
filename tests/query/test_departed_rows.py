"""Rows of departed workers and managers."""

from __future__ import annotations

import dataclasses

from tests.present import present
from tests.query.reports import report_of
from tests.query.tables_of import page
from tests.scenario import BuiltCluster, build_cluster, last_report

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.wire.event import StateWorker


def test_a_departed_worker_is_listed_and_sorts_last(world: BuiltCluster) -> None:
    for descending in (False, True):
        answer = page(world, "workers", sort="cpu", descending=descending)
        assert answer.marks[-1] == "departed"
        assert answer.marks.count("departed") == 1
    assert not page(world, "workers", filter="cpu>=0 spot-11").ids


def test_a_departure_has_the_tasks_of_the_worker() -> None:
    """One worker disconnects; another is missing in a report, with all workers of its manager."""
    cluster, _, now = build_cluster(60)
    model = ClusterModel.of(cluster)
    workers, report = cluster.workers, last_report(60)
    sent, manager = present(workers.columns).sent.tolist(), workers.manager
    busy = [cluster.workers.last_figures(name, now).busy for name in workers.names]
    said, *silent = [name for name, one in zip(workers.names, manager, strict=True) if "gpu" in present(one)]
    expected = {
        name: f"had {sent[at]} tasks, {busy[at]} on processors; of manager {manager[at]}"
        for name, at in workers.index.items()
    }
    assert sent[workers.index[said]] > busy[workers.index[said]] > 0
    model.apply(StateWorker(said, "disconnected", None), now)
    kept = [name for name in workers.names if name != said and name not in silent]
    managers = present(report.managers)[1:]
    after = dataclasses.replace(report_of(report, kept), managers=managers, manager_workers={})
    model.apply(after, now + 1)
    rows = page((cluster, None, now + 1), "events", filter="status:disconnected manager").rows
    worker, event, detail = (TABLES["events"].index(key) for key in ("worker", "event", "detail"))
    assert [(row[event], row[detail]) for row in rows if row[worker] == said] == [
        ("StateWorker", expected[said])
    ]
    assert {row[worker]: row[detail] for row in rows if row[event] == "StateScheduler" and row[worker]} == {
        name: expected[name] for name in silent
    }
    assert f"manager {present(report.managers)[0].manager}, had 4 workers" in {row[detail] for row in rows}


def test_ages_of_a_departed_worker_increase_and_its_other_values_are_unknown() -> None:
    cluster, _, now = build_cluster(20)
    model = ClusterModel.of(cluster)
    report, gone = last_report(20), cluster.workers.names[4]
    had = page((cluster, None, now), "workers", filter=f"worker={gone}").rows[0]
    model.apply(report_of(report, [name for name in cluster.workers.names if name != gone]), now + 1)
    table = TABLES["workers"]
    ages = []
    for later in (now + 1, now + 31, now + 91):
        model.tick(later)
        answer = page((cluster, None, later), "workers", filter=f"worker={gone}")
        assert answer.marks == ["departed"]
        row = dict(zip((column.key for column in table.columns), answer.rows[0], strict=True))
        ages.append(
            (
                row["last_seen"] - had[table.index("last_seen")],
                format_value("lag", row["lag"]),
            )
        )
        assert row["manager"] is not None
        assert {row[key] for key in ("cpu", "rss", "memory", "free", "sent", "queued", "suspended")} == {None}
        assert describe_overview(cluster, later).departed_workers == 1
    assert ages == [(0, "gone 0s"), (30, "gone 30s"), (90, "gone 90s")]
    facts = dict(describe_facts(cluster, "worker", gone, now + 91))
    assert facts["sent"] == str(had[table.index("sent")])
    assert facts[""].startswith("departed at ")


def test_the_values_of_a_departed_manager_are_unknown() -> None:
    cluster, _, now = build_cluster(20)
    model = ClusterModel.of(cluster)
    manager = next(iter(cluster.managers.rows))
    workers = [
        name for name, of in zip(cluster.workers.names, cluster.workers.manager, strict=True) if of != manager
    ]
    report = report_of(last_report(20), workers)
    left = {name: those for name, those in report.manager_workers.items() if name != manager}
    managers = tuple(row for row in present(report.managers) if row.manager != manager)
    model.apply(dataclasses.replace(report, manager_workers=left, managers=managers), now + 1)
    model.tick(now + 41)
    answer = page((cluster, None, now + 41), "managers", filter=f"manager={manager}")
    assert answer.marks == ["departed"]
    row = dict(zip((c.key for c in TABLES["managers"].columns), answer.rows[0], strict=True))
    assert {row[key] for key in ("workers", "cpu", "rss", "free", "sent", "queued")} == {None}
    assert row["last_seen"] >= 40
