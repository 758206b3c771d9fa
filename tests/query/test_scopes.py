"""Scopes: the rows of each table that belong to one entity."""

from __future__ import annotations

import pytest
from tests.present import present
from tests.query.tables_of import column, page
from tests.scenario import START, BuiltCluster

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.wire.event import ObjectDetail, StateObject, StateTask


@pytest.mark.parametrize(
    ("table", "kind", "key"),
    [
        ("tasks", "worker", "worker"),
        ("tasks", "function", "function"),
        ("tasks", "client", "client"),
        ("processors", "worker", "worker"),
        ("workers", "machine", "host"),
        ("workers", "manager", "manager"),
        ("processors", "manager", "manager"),
        ("objects", "client", "client"),
        ("events", "worker", "worker"),
    ],
)
def test_a_scope_has_the_rows_of_one_entity(world: BuiltCluster, table: str, kind: str, key: str) -> None:
    values = column(world, table, key)
    thing = next(value for value in values if value)
    scoped = page(world, table, scope_kind=kind, scope_id=thing)
    assert scoped.total == scoped.matched == values.count(thing)
    assert set(column(world, table, key, scope_kind=kind, scope_id=thing)) == {thing}


def test_scope_of_a_machine_reaches_its_tasks(world: BuiltCluster) -> None:
    cluster, _, _ = world
    hosts = present(present(cluster.workers.columns).host)
    host = hosts[0]
    here = {w for w, h in zip(cluster.workers.names, hosts, strict=True) if h == host}
    workers = column(world, "tasks", "worker", scope_kind="machine", scope_id=host)
    assert set(workers) == here


def test_the_scope_of_a_task_has_all_its_events(world: BuiltCluster) -> None:
    task = page(world, "tasks", filter="status:canceled").ids[0]
    trail = column(world, "events", "status", scope_kind="task", scope_id=task, sort="time", descending=False)
    assert trail[-3:] == ["running", "canceling", "canceled"]


def test_an_unknown_scope_has_no_rows(world: BuiltCluster) -> None:
    for kind in ("worker", "function", "client", "machine", "manager", "task", "object", "nonsense"):
        for table in TABLES:
            assert page(world, table, scope_kind=kind, scope_id="\\nothing").rows == []


def test_the_function_with_an_empty_name_has_a_page(world: BuiltCluster) -> None:
    row_id = page(world, "functions", sort="function", descending=False).ids[0]
    assert row_id
    names = column(world, "tasks", "function", scope_kind="function", scope_id=row_id)
    assert set(names) <= {"", None}
    assert len(names) > 10


def test_an_object_leads_to_its_client_and_its_other_objects(world: BuiltCluster) -> None:
    objects = page(world, "objects")
    at = TABLES["objects"].index("client")
    scope = {"scope_kind": "object", "scope_id": objects.ids[0]}
    creator = objects.rows[0][at]
    assert column(world, "clients", "client", **scope) == [creator]
    others = page(world, "objects", **scope)
    assert objects.ids[0] in others.ids
    assert {row[at] for row in others.rows} == {creator}
    assert len(others.ids) == [row[at] for row in objects.rows].count(creator)


def test_a_function_as_an_object_leads_to_its_clients_tasks_that_call_it() -> None:
    model = ClusterModel(START)
    cluster = model.state
    for number, (function, client) in enumerate([("f", "c"), ("f", "d"), ("g", "c"), ("f", "c")]):
        task_id = bytes([number + 1]) * 16
        model.apply(StateTask(task_id, function, "running", "w", None, None, None, client, None), START)
    objects = [
        ObjectDetail(b"1" * 32, "f", "object", 10, "c", 2),
        ObjectDetail(b"2" * 32, "f", "serializer", 10, "c", 0),
        ObjectDetail(b"3" * 32, "<obj 7>", "object", 10, "c", 2),
    ]
    model.apply(StateObject(tuple(objects), 3), START)
    world = cluster, None, START
    found = [
        sorted(page(world, "tasks", scope_kind="object", scope_id=one.object_id.hex()).ids) for one in objects
    ]
    assert found == [["01" * 16, "04" * 16], [], []]
