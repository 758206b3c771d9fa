"""A snapshot never changes, and does not slow down the model."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.worlds import bars_between, messages, report, task

from scaler_monitor.model.bounded_names import BoundedNames, NameBudget
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import StateObject, StateScheduler, StateTask, StateWorker

BOOKKEEPING = {"epoch", "function_entry", "tally", "durations", "_samples", "_shared"}


def slots(thing: Task | Function) -> dict[str, Any]:
    """Return all values of a record, with copies of its containers."""
    names = [name for name in type(thing).__slots__ if name not in BOOKKEEPING]
    figures = {name: getattr(thing, name) for name in names}
    for name, value in figures.items():
        if isinstance(value, dict):
            figures[name] = list(value)
        elif isinstance(value, BoundedNames):
            figures[name] = (list(value), value.others)
    return figures


def look(which: ClusterState) -> tuple[Any, ...]:
    """Return everything that a viewer can ask for."""
    workers, history = which.workers, which.history
    return (
        dict(which.states.seen),
        which.states.reported,
        {key: slots(record) for key, record in which.tasks.records.items()},
        list(which.tasks.live),
        {key: which.task_status(record) for key, record in which.tasks.records.items()},
        [
            (slots(entry), entry.rate, entry.durations.total, entry.durations.histogram(900))
            for entry in which.functions.rows()
        ],
        [
            (t.client, t.submitted, t.success, t.failed, t.canceled, t.missed)
            for t in which.clients.tallies.values()
        ],
        which.clients.rows,
        (workers.names, list(workers.manager), dict(workers.departed), dict(workers.leaving)),
        (workers.cpu_permille.tolist(), workers.processor_peak_rss.tolist(), dict(workers.capabilities)),
        (dict(which.managers.rows), dict(which.managers.departed), which.machines()),
        (which.messages.sent.totals, which.messages.sent.rates),
        [*which.events.times],
        [*which.events.entries],
        (which.objects.biggest, which.objects.total),
        {name: [part.tolist() for part in ring.seconds(0, 5e9)] for name, ring in vars(history).items()},
        bars_between(which, 0.0, 100.0, 50, ["w0", "w1", "w9"]),
        which.timeline.legend(0.0, 100.0),
        which.gaps.between(0.0, 1e9),
        (which.scheduler.reports, which.scheduler.report_interval, which.now),
    )


ids = st.integers(0, 6).map(lambda n: n.to_bytes(16, "big"))
reports = st.builds(
    report,
    st.dictionaries(st.sampled_from(["w0", "w1", "w9"]), st.lists(ids, max_size=2, unique=True), max_size=3),
    suspended=st.booleans(),
    age=st.integers(0, 5),
    rss=st.integers(1, 1_000),
    states=st.none() | st.fixed_dictionaries({"running": st.integers(0, 3)}),
    sent=st.none() | st.fixed_dictionaries({"Task": st.integers(0, 9)}),
)
others = st.sampled_from(
    [StateWorker("w1", "connected", ()), StateWorker("w0", "disconnected", None), StateObject((), 5)]
)
streams = st.lists(st.one_of(messages, messages, messages, reports, others), max_size=25)


def live_through(model: ClusterModel, stream: list[StateTask | StateScheduler], now: float) -> None:
    for event in stream:
        now += 0.5
        model.apply(event, now)
    model.feed_changed(len(stream) % 2 == 0, now)
    model.tick(now + 0.5)


@given(streams, streams, streams)
@settings(max_examples=60, deadline=None)
def test_a_snapshot_never_changes(before: list[Any], after: list[Any], later: list[Any]) -> None:
    small = Limits(tasks=5, spans=3, lasting_spans=1, functions=2, clients=2, names_per_function=2, events=20)
    never_frozen, model = ClusterModel(0.0, small), ClusterModel(0.0, small)
    cluster = model.state
    for each in (never_frozen, model):
        live_through(each, before, 10.0)
    snapshot = cluster.snapshot()
    expected = look(snapshot)
    assert expected == look(cluster)
    for each in (never_frozen, model):
        live_through(each, after, 40.0)
    second = cluster.snapshot()
    second_picture = look(second)
    for each in (never_frozen, model):
        live_through(each, later, 70.0)
    assert look(snapshot) == expected
    assert look(second) == second_picture
    assert look(cluster) == look(never_frozen.state)
    assert {key: cluster.tasks.records[key] for key in cluster.tasks.live} == cluster.tasks.live


def test_a_snapshot_copies_no_record() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(n) for n in range(100)] + [task(1, "success", seconds=1.0)], 1.0)
    snapshot = cluster.snapshot()
    assert all(snapshot.tasks.records[key] is record for key, record in cluster.tasks.records.items())
    model.apply(task(2, "failed"), 2.0)
    changed = [k for k, record in cluster.tasks.records.items() if snapshot.tasks.records[k] is not record]
    assert changed == [(2).to_bytes(16, "big")]


def test_a_snapshot_has_its_own_parts() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    snapshot = cluster.snapshot()
    assert vars(snapshot).keys() == vars(ClusterState(0.0, Limits())).keys()
    state = [name for name, value in vars(snapshot).items() if hasattr(value, "snapshot")]
    assert len(state) == 13
    assert all(getattr(snapshot, name) is not getattr(cluster, name) for name in state)
    assert not hasattr(snapshot, "apply")


def test_the_snapshot_of_a_function_shares_nothing_mutable() -> None:
    entry = Function("work", 1.0, 10, NameBudget(10, 10_000))
    snapshot = entry.snapshot()
    for name in Function.__slots__:
        value = getattr(entry, name)
        unchanging = isinstance(value, int | float | str | tuple | None)
        assert unchanging or getattr(snapshot, name) is not value


def test_a_merged_function_adds_every_count() -> None:
    entry, other = (Function("work", 1.0, 10, NameBudget(10, 10_000)) for _ in range(2))
    counts = [name for name in Function.__slots__ if type(getattr(entry, name)) in (int, float)]
    counts = [name for name in counts if not name.endswith("_seen") and name != "number"]
    assert len(counts) == 7
    for at, name in enumerate(counts):
        setattr(entry, name, at)
        setattr(other, name, 100)
    entry.merge(other)
    assert [getattr(entry, name) for name in counts] == [100 + at for at in range(7)]
