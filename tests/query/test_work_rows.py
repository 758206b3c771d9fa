"""Rows and pages of tasks, functions, clients and their objects."""

from __future__ import annotations

from tests.present import present
from tests.query.tables_of import cell, column, page, tone
from tests.scenario import START, BuiltCluster, build_cluster

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.limits import Limits
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.format.labels import format_name
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.query.columns.column_values import plain
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.row_cache import row_set
from scaler_monitor.wire.event import StateTask


def test_task_status_distinguishes_queued_from_running(world: BuiltCluster) -> None:
    cluster, _, now = world
    statuses = set(column(world, "tasks", "status"))
    assert {"queued", "running", "success", "failed", "failedWorkerDied", "canceled"} <= statuses
    on = cluster.workers.on_processor
    rows = row_set(cluster, TableQuestion("tasks"), now)
    running = [
        rows.id_at(i) for i, s in enumerate(plain(rows.values("status"))) if s in ("running", "suspended")
    ]
    assert sorted(running) == sorted(task_id.hex() for task_id in on)


def test_failing_functions_have_their_share_of_failures() -> None:
    model = ClusterModel(START)
    cluster = model.state
    ends = {"sound": "s" * 9, "shaky": "s" * 99 + "f", "broken": "sff", "stopped": "cc"}
    for function, states in ends.items():
        for number, end in enumerate(states):
            task_id = function.encode().ljust(14) + number.to_bytes(2, "big")
            state = {"s": "success", "f": "failed", "c": "canceled"}[end]
            model.apply(StateTask(task_id, function, state, "w", None, None, None, None, None), START)
    world = cluster, None, START
    names = page(world, "functions", sort="failure").ids
    shares = column(world, "functions", "failure", sort="failure")
    assert names == ["broken", "shaky", "sound", "stopped"]
    assert [cell("functions", "failure", share) for share in shares] == ["66.7%", "1.0%", "0.0%", "-"]
    assert [tone("functions", "failure", share) for share in shares] == ["bad", "warn", "", ""]
    assert page(world, "functions", filter="fail%>50").ids == ["broken"]
    assert page(world, "functions", filter="fail>0.5%").matched == 2


def test_what_clients_submitted_adds_up(world: BuiltCluster) -> None:
    sums = zip(*(column(world, "clients", key) for key in ("open", "finished", "missed")), strict=True)
    submitted = column(world, "clients", "submitted")
    assert submitted == [sum(parts) for parts in sums]
    assert all(submitted)


def test_pages_with_counts_of_this_monitor_have_their_start(world: BuiltCluster) -> None:
    cluster, _, now = world
    for kind, table in (("function", "functions"), ("client", "clients")):
        facts = dict(describe_facts(cluster, kind, page(world, table).ids[0], now))
        assert facts["counted since"] == format_time(cluster.started)


def test_a_function_shows_that_it_ran_on_more_workers_than_are_kept() -> None:
    model = ClusterModel(START, Limits(names_per_function=3))
    cluster = model.state
    for number in range(5):
        one = StateTask(bytes([number]) * 16, "f", "running", f"w{number}", None, None, None, None, None)
        model.apply_many([one, one._replace(state="success", worker="")], START)
    world = cluster, None, START
    (value,) = column(world, "functions", "workers")
    assert cell("functions", "workers", value) == "3+"
    assert page(world, "functions", filter="workers>=3").matched == 1
    facts = dict(describe_facts(cluster, "function", "f", START))
    assert facts["other workers"] == "2 tasks of others than the 3 remembered"
    assert "other clients" not in facts


def test_a_client_has_its_biggest_objects(world: BuiltCluster) -> None:
    cluster, _, _ = world
    held: dict[str, tuple[int, int]] = {}
    for detail in present(cluster.objects.biggest):
        count, size = held.get(detail.creator, (0, 0))
        held[detail.creator] = (count + 1, size + present(detail.size_bytes))
    clients = column(world, "clients", "client")
    shown = zip(column(world, "clients", "objects"), column(world, "clients", "object_bytes"), strict=True)
    assert dict(zip(clients, shown, strict=True)) == {name: held.get(name, (0, 0)) for name in clients}
    assert any(held.get(name) for name in clients)


def test_a_release_that_lists_no_objects_leaves_clients_objects_unknown() -> None:
    cluster, status, now = build_cluster(5)
    cluster.objects.biggest = None
    assert set(column((cluster, status, now), "clients", "objects")) == {None}


def test_the_page_of_a_queued_task_explains_the_schedulers_running(world: BuiltCluster) -> None:
    cluster, _, now = world
    queued = page(world, "tasks", filter="status=queued").ids[0]
    assert "sent to a worker" in dict(describe_facts(cluster, "task", queued, now))["status"]


def test_an_empty_function_name_differs_from_an_unknown_one() -> None:
    """The function of a task: with an empty name, only from a processor, and missing in the final message."""
    model = ClusterModel(START)
    cluster = model.state
    model.apply(StateTask(b"1" * 16, "", "running", "w", None, None, None, "c", None), START)
    model.apply(StateTask(b"2" * 16, "", "success", "", None, None, None, "c", None), START)
    world = cluster, None, START
    names = dict(zip(page(world, "tasks").ids, column(world, "tasks", "function"), strict=True))
    assert names == {(b"1" * 16).hex(): "", (b"2" * 16).hex(): None}
    assert sorted(map(str, column(world, "events", "function"))) == ["", "None"]
    assert [format_name(name) for name in column(world, "functions", "function")] == ["(empty)"]
