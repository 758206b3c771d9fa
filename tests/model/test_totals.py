"""Totals equal a naive count, for any order, loss and repetition of events."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.worlds import messages, report, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.limits import Limits
from scaler_monitor.wire.event import CANCELED_STATES, FAILED_STATES, FINAL_STATES, StateTask


class Recount:
    """The same counts, computed from all messages in the simplest way."""

    def __init__(self, stream: list[StateTask]) -> None:
        self.seen: Counter[str] = Counter()
        self.state: dict[bytes, str] = {}
        self.function: dict[bytes, str] = {}
        self.client: dict[bytes, str] = {}
        self.ends: dict[bytes, list[tuple[str, str, str | None]]] = {}
        for event in stream:
            key = event.task_id
            if event.state in FINAL_STATES and self.state.get(key) in FINAL_STATES:
                continue
            self.state[key] = event.state
            self.function[key] = event.function or self.function.get(key, "")
            if event.client:
                self.client[key] = event.client
            if event.state in FINAL_STATES:
                self.seen[event.state] += 1
                end = (event.state, self.function[key], self.client.get(key))
                self.ends.setdefault(key, []).append(end)


@given(st.lists(messages, max_size=60))
@settings(max_examples=300, deadline=None)
def test_totals_equal_a_naive_count(stream: list[StateTask]) -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    for at in range(0, len(stream), 7):
        model.apply_many(stream[at : at + 7], float(at))
    naive = Recount(stream)
    ends = [end for each in naive.ends.values() for end in each]

    assert cluster.states.seen == dict(naive.seen)
    assert {key: record.state for key, record in cluster.tasks.records.items()} == naive.state
    assert {k for k, s in naive.state.items() if s not in FINAL_STATES} == set(cluster.tasks.live)
    for name in {"", "f", "g"} & set(cluster.functions.entries):
        entry = cluster.functions.entries[name]
        states = [naive.state[key] for key, function in naive.function.items() if function == name]
        assert entry.waiting == states.count("inactive")
        assert entry.running == sum(s not in FINAL_STATES and s != "inactive" for s in states)
        assert entry.success == sum(s == "success" and f == name for s, f, _ in ends)
        assert entry.failed == sum(s in FAILED_STATES and f == name for s, f, _ in ends)
        assert entry.canceled == sum(s in CANCELED_STATES and f == name for s, f, _ in ends)
        assert entry.tasks == entry.waiting + entry.running + entry.success + entry.failed + entry.canceled
    for client, tally in cluster.clients.tallies.items():
        assert tally.submitted == tally.open + tally.finished + tally.missed
        living = [key for key, state in naive.state.items() if state not in FINAL_STATES]
        assert tally.open == sum(naive.client.get(key) == client for key in living)
        assert tally.missed == 0
        assert tally.finished == sum(c == client for _, _, c in ends)
    assert cluster.history.finished.seconds(0, 100)[1].sum() == len(ends)
    assert cluster.timeline.count + cluster.timeline.unplaced == len(ends)
    assert cluster.events.total == len(stream)


@given(st.lists(messages, max_size=80))
@settings(max_examples=100, deadline=None)
def test_totals_are_correct_while_details_are_evicted(stream: list[StateTask]) -> None:
    model = ClusterModel(
        0.0, Limits(tasks=3, events=5, functions=1, clients=1, names_per_function=1, spans=2)
    )
    cluster = model.state
    model.apply_many(stream, 1.0)
    assert len(cluster.tasks) <= 3
    assert len(cluster.tasks) + cluster.tasks.evicted == cluster.tasks.made
    assert len(cluster.events) + cluster.events.evicted == len(stream)
    assert cluster.timeline.count <= 2
    rows = cluster.functions.rows()
    assert len(rows) <= 2
    assert sum(row.ended for row in rows) == sum(cluster.states.seen.values())
    assert sum(row.running + row.waiting for row in rows) == len(cluster.tasks.live)
    assert all(row.running >= 0 and row.waiting >= 0 for row in rows)
    tallies = [*cluster.clients.tallies.values(), cluster.clients.other]
    assert sum(tally.open for tally in tallies) == sum(
        bool(one.client) for one in cluster.tasks.live.values()
    )
    assert all(tally.open >= 0 and tally.missed >= 0 for tally in tallies)


def test_durations_of_a_function_folded_in_the_same_batch_count_for_the_others() -> None:
    model = ClusterModel(0.0, Limits(functions=4))
    cluster = model.state
    batch = []
    for n in range(40):
        batch += [task(n, "running", f"f{n}"), task(n, "success", f"f{n}", seconds=0.5)]
    model.apply_many(batch, 1.0)
    rows = cluster.functions.rows()
    assert cluster.functions.folded
    assert sum(entry.success for entry in rows) == 40
    assert sum(entry.durations.count for entry in rows) == 40
    model.tick(2.0)
    assert cluster.functions._active <= set(rows)


def test_tasks_named_later_leave_no_unnamed_function() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(task(1, "inactive", ""), 1.0)
    assert [entry.name for entry in cluster.functions.rows()] == [""]
    model.apply(task(1, "running", "work"), 2.0)
    assert [(entry.name, entry.tasks) for entry in cluster.functions.rows()] == [("work", 1)]
    assert len(cluster.functions) == 1


def test_a_task_without_name_is_counted_when_it_reappears_with_one() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1, "success", ""), task(1, "inactive", "work")], 1.0)
    assert {entry.name: (entry.success, entry.waiting) for entry in cluster.functions.rows()} == {
        "": (1, 0),
        "work": (0, 1),
    }


def test_the_counts_of_a_function_add_up_when_task_ids_reappear() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    first = [task(n, state) for n in range(3) for state in ("inactive", "running", "success")]
    model.apply_many(first, 1.0)
    entry = cluster.functions.entries["work"]
    assert (entry.tasks, entry.success) == (3, 3)
    model.apply_many([task(0), task(1, "inactive"), task(2), task(2, "failed")], 2.0)
    assert (entry.tasks, entry.waiting, entry.running, entry.success, entry.failed) == (6, 1, 1, 3, 1)


def test_recent_failures_are_visible_after_many_successes() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(n, "success") for n in range(98)], 1.0)
    entry = cluster.functions.entries["work"]
    before = entry.recent_failure
    assert before is None
    model.tick(1.0)
    assert (entry.recent_failure, entry.rate) == (0.0, 98.0)
    for second in range(2, 40):
        model.tick(float(second))
    assert entry.recent_failure is None
    for n in range(3):
        model.apply_many([task(200 + n, "failed")], 41.0 + n)
        model.tick(41.0 + n)
        assert entry.recent_failure == 1.0
    assert entry.failure == 3 / 101
    model.apply_many([task(300, "success")], 44.0)
    model.tick(44.0)
    assert entry.recent_failure == 0.75
    for second in range(45, 60):
        model.tick(float(second))
    assert (entry.recent_failure, entry.rate) == (None, 0.0)


def test_the_counts_of_a_client_add_up_when_ends_are_missed_and_tasks_reappear() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1), task(2), task(3), task(3, "success")], 1.0)
    tally = cluster.clients.tallies["c0"]
    assert (tally.submitted, tally.open, tally.finished, tally.missed) == (3, 2, 1, 0)
    model.apply(report({}, states={"running": 0, "success": 3}), 2.0)
    assert (tally.submitted, tally.open, tally.finished, tally.missed) == (3, 0, 1, 2)
    model.apply_many([task(1, "failed")], 3.0)
    assert (tally.submitted, tally.open, tally.finished, tally.missed) == (3, 0, 2, 1)
    model.apply_many([task(3)], 4.0)
    assert (tally.submitted, tally.open, tally.finished, tally.missed) == (4, 1, 2, 1)
