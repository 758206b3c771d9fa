"""Counts of functions: they never decrease, and unnamed callables are one function."""

from __future__ import annotations

from pathlib import Path

from tests.frames.corpus import read_file
from tests.model.worlds import number, report, task

from scaler_monitor.export.json_work import describe_functions
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.model.limits import Limits
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.table_page import table_page
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateTask

PARTIALS = Path(__file__).with_name("frames") / "partials.bin"
"""Frames of a real 2.9.0: a client that calls 24 partials, an object, a lambda and a function, once each."""


def partial_name(n: int) -> str:
    """Return the name that clients of all releases give to a partial."""
    return f"<func ObjectID(owner_hash={n % 3:032x}, object_tag={n:032x})>"


def test_a_restart_of_the_scheduler_does_not_decrease_the_count_of_a_function() -> None:
    """360 tasks were observed, 14 of them open when the scheduler restarted: the count stays 360."""
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(360):
        model.apply(task(n), 1.0)
        if n >= 14:
            model.apply(task(n, "success", worker="", seconds=0.1), 2.0)
    model.apply(report({"w0": []}, states={"running": 14, "success": 346}), 3.0)
    before = cluster.functions.entries["work"].tasks
    model.apply(report({}, states={"running": 0, "success": 0}), 4.0)
    entry = cluster.functions.entries["work"]
    assert (before, entry.tasks, entry.missed, entry.running) == (360, 360, 14, 0)


def test_tasks_lost_in_a_restart_stay_counted() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(10):
        model.apply(task(n, "inactive" if n % 2 else "running"), 1.0)
    model.apply(report({}, states={"running": 0, "inactive": 0}), 2.0)
    entry = cluster.functions.entries["work"]
    assert (entry.tasks, entry.missed, entry.running, entry.waiting) == (10, 10, 0, 0)
    model.apply(task(3, "success", worker=""), 3.0)  # it had not ended
    model.apply(task(4, "running"), 3.0)
    assert (entry.tasks, entry.missed, entry.running, entry.success) == (10, 8, 1, 1)


def test_tasks_with_evicted_records_stay_counted() -> None:
    model = ClusterModel(0.0, Limits(tasks=5))
    cluster = model.state
    for n in range(20):
        model.apply(task(n), float(n))
    entry = cluster.functions.entries["work"]
    assert (entry.tasks, entry.running, entry.missed) == (20, 5, 15)


def test_only_names_of_object_ids_are_grouped() -> None:
    assert shared_name(partial_name(7)) == UNNAMED
    own = (
        "",
        "work",
        "<lambda>",
        "<func work>",
        "<Unknown>",
        f"{partial_name(1)}x",
        partial_name(1)[:-2] + "zz)>",
    )
    assert [shared_name(name) for name in own] == list(own)


def test_four_hundred_partials_are_one_row() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(400):
        model.apply(task(n, function=partial_name(n)), 1.0)
        model.apply(task(n, "success", function="", worker="", seconds=1.0), 2.0)
    model.apply(task(400, function="work"), 3.0)
    model.tick(4.0)
    page = table_page(cluster, TableQuestion("functions"), 4.0)
    assert [row[:2] for row in page.rows] == [[f"{UNNAMED} x 400", 400], ["work", 1]]
    assert describe_overview(cluster, 4.0).function_tasks == [(f"{UNNAMED} x 400", 400), ("work", 1)]
    of_all = TableQuestion("tasks", scope_kind="function", scope_id=UNNAMED, limit=1000)
    filtered = table_page(cluster, of_all, 4.0)
    assert filtered.matched == 400
    assert {row[2] for row in filtered.rows} == {partial_name(n) for n in range(400)}
    assert len(cluster.snapshot().functions.entries[UNNAMED].names or ()) == 400


def test_names_of_partials_beyond_the_limit_are_a_lower_bound() -> None:
    model = ClusterModel(0.0, Limits(names_per_function=10, functions=3))
    cluster = model.state
    for n in range(50):
        model.apply(task(n, function=partial_name(n)), 1.0)
        model.apply(task(n, "success", function="", worker=""), 1.0)
    for n in range(50, 60):
        model.apply(task(n, function=f"f{n}"), 2.0)
    assert cluster.functions.entries[UNNAMED].tasks == 50
    page = table_page(cluster, TableQuestion("functions"), 4.0)
    assert f"{UNNAMED} x 10+" in [row[0] for row in page.rows]
    by_name = {row["name"]: row for row in describe_functions(cluster, 4.0)}
    assert (by_name[UNNAMED]["names"], by_name[UNNAMED]["names_left_out"]) == (10, True)
    assert by_name["f50"]["names_left_out"] is by_name["f50"]["workers_left_out"] is False


def test_numbers_of_workers_and_clients_beyond_the_limit_are_lower_bounds() -> None:
    model = ClusterModel(0.0, Limits(names_per_function=2))
    cluster = model.state
    for n in range(3):
        model.apply(task(n, client=f"c{n}", worker=f"w{n}"), 1.0)
        model.apply(task(n, "success", client=f"c{n}", worker=f"w{n}", seconds=1.0), 2.0)
    (row,) = describe_functions(cluster, 4.0)
    assert (row["workers"], row["workers_left_out"]) == (2, True)
    assert (row["clients"], row["clients_left_out"]) == (2, True)


def test_a_folded_function_that_reappears_starts_from_zero() -> None:
    model = ClusterModel(0.0, Limits(functions=3))
    cluster = model.state
    for n in range(5):
        for again in range(2 if n == 0 else 3):
            model.apply(task(10 * n + again, function=f"f{n}"), float(n))
            model.apply(task(10 * n + again, "success", function=f"f{n}", worker=""), float(n))
    assert "f0" not in cluster.functions.entries
    model.apply(task(99, function="f0"), 9.0)
    assert cluster.functions.entries["f0"].tasks == 1
    assert sum(entry.tasks for entry in cluster.functions.rows()) == 15


def test_partials_of_a_real_cluster_are_one_row() -> None:
    model, decoder = ClusterModel(0.0), Decoder()
    cluster = model.state
    events = [decoder.decode(frame) for frame in read_file(PARTIALS)]
    names = {event.function for event in events if isinstance(event, StateTask)}
    assert len(names) == 27
    model.apply_many(events, 1.0)
    counted = {entry.name: entry.tasks for entry in cluster.functions.rows()}
    assert counted == {UNNAMED: 25, "<lambda>": 1, "add": 1}
    entry = cluster.functions.entries[UNNAMED]
    assert (entry.success, len(entry.names or ())) == (25, 25)


def test_an_overdue_partial_is_found() -> None:
    """The usual duration is that of all partials together."""
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(40):
        model.apply(task(n, function=partial_name(n)), 1.0)
        model.apply(task(n, "success", function="", worker="", seconds=1.0), 2.0)
    model.apply(task(99, function=partial_name(99)), 3.0)
    model.apply(report({"w0": [number(99)]}, age=100), 104.0)
    model.tick(104.0)
    assert cluster.overdue_count() == 1
