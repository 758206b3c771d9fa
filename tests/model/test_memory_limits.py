"""Containers of the model are bounded in bytes, not only in entries."""

from __future__ import annotations

import gc
import tracemalloc
from sys import getsizeof

import pytest
from tests.model.worlds import task

from scaler_monitor.model.bounded_names import BoundedNames, NameBudget
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.event_log import EventLog
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.worker_capabilities import WorkerCapabilities
from scaler_monitor.wire import frame_limits
from scaler_monitor.wire.capabilities import CapabilityLists, capabilities_memory
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.event import Capability, StateBalanceAdvice, StateTask, StateWorker


def advice(number: int, ids: int) -> StateBalanceAdvice:
    return StateBalanceAdvice(f"w{number}", tuple(b"%016d" % (number * ids + at) for at in range(ids)))


def test_the_log_is_bounded_by_the_bytes_of_ids() -> None:
    events = EventLog(50_000, 1 << 20)
    for number in range(500):
        events.write(advice(number, 500), float(number))
    named = [what for what in events.entries if isinstance(what, StateBalanceAdvice)]
    assert len(named) == len(events)
    kept = sum(getsizeof(task_id) for what in named for task_id in what.task_ids)
    assert kept <= (1 << 20) + (1 << 16)
    assert len(events) > 20
    assert events.evicted == 500 - len(events)
    assert events.entries[-1] == advice(499, 500)
    assert len(events.times) == len(events.entries)
    assert events.times[0] == float(events.evicted)


def test_small_log_entries_are_bounded_by_number() -> None:
    events = EventLog(100, 1 << 20)
    for number in range(1_000):
        events.write(StateWorker(f"w{number}", "connected", ()), float(number))
    assert (len(events), events.evicted) == (100, 900)
    assert events._memory < 200 * 100 + (1 << 16)


def test_the_names_of_tasks_count_for_the_log() -> None:
    model = ClusterModel(0.0, Limits(events_memory=1 << 20))
    cluster = model.state
    for chunk in range(100):
        tasks = [
            StateTask(b"%d" % at, f"{chunk}-{at}", "running", "w", (), None, None, None, None)
            for at in range(10)
        ]
        model.apply_many(tasks, float(chunk), 50_000)
    assert 200 <= len(cluster.events) < 300
    assert len(cluster.events) + cluster.events.evicted == 1_000
    assert len(cluster.tasks) == 10


def test_the_largest_task_record_has_the_documented_size() -> None:
    """As documented in `model.limits`: all records together take less than 140 MB for any names."""
    few, many = 200, 800  # dictionaries of both sizes have the same fill level
    each = (memory_of_heavy_tasks(many) - memory_of_heavy_tasks(few)) / (many - few)
    assert 1_900 < each < 2_800
    assert Limits().tasks * 2_800 <= 140e6


def memory_of_heavy_tasks(count: int) -> int:
    """Return the allocated bytes after this many of the largest records."""
    kept = DecodeCache()
    kept.names._long.memory = frame_limits.LONG_NAMES_MEMORY  # from now on all long names are truncated
    kept.lists._kept.memory = frame_limits.CAPABILITIES_MEMORY
    names = kept.names
    model = ClusterModel(0.0, Limits(events=10, events_memory=1_000, functions=10, clients=10))
    cluster = model.state
    tracemalloc.start(1)
    try:
        for number in range(count):
            name = b"%06d" % number + "é".encode() * 200
            listed = kept.lists.make([(names[name + b"%d" % at], at + number) for at in range(20)], 20)
            task = StateTask(
                kept.ids(name),
                *(names[b"f" + name], "running", names[b"w" + name], listed, None, 1 << 40),
                *(names[b"c" + name], names[b"e" + name]),
            )
            model.apply_many([task], 1.0)
            del task, listed
        kept.names.clear()  # the cache does not belong to a task
        kept.names._short.clear()
        kept.lists._kept.clear()
        assert len(cluster.tasks) == count
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_capabilities_of_workers_are_bounded_in_bytes_and_equal_lists_count_once() -> None:
    known = WorkerCapabilities(10_000, 1 << 20)
    shared = (Capability("gpu", 1), Capability("linux", -1))
    for number in range(3_000):
        known.remember(f"worker-{number}", shared)
    assert len(known) == 3_000
    for number in range(3_000):
        known.remember(f"other-{number}", (Capability(f"gpu-{number}", 1), Capability("linux", -1)))
    assert 1_000 < len(known) < 3_000
    assert sum(getsizeof(name) + capabilities_memory(each) for name, each in known.items()) <= 1 << 20
    assert "worker-0" not in known
    assert "other-2999" in known
    for name in list(known):
        known.forget(name)
    assert (known._memory, known._lists) == (0, {})


def test_names_are_bounded_in_bytes_and_a_name_of_several_functions_counts_once() -> None:
    budget = NameBudget(1_000, 100_000)
    several = [BoundedNames(1_000, budget) for _ in range(5)]
    for parties in several:
        for number in range(100):
            parties.add(f"worker-{number}")
    assert [len(parties) for parties in several] == [100] * 5
    for number in range(500):
        several[0].add("x" * 900 + str(number))
    assert len(several[0]) < 200
    assert several[0].others == 500 - (len(several[0]) - 100)
    taken = BoundedNames(1_000, budget)
    left = budget.remaining
    taken.merge(several[0])
    assert budget.remaining == left
    assert set(taken.names) == set(several[0].names)


@pytest.mark.parametrize("pairs", [1, 3, 64, 1_000])
def test_lists_of_capabilities_are_truncated_when_the_budget_is_used_up(pairs: int) -> None:
    lists, whole = CapabilityLists(), 0
    held = []
    count = 8_000 if pairs < 64 else 1_500
    for number in range(count):
        made = lists.make(((f"c{number:06d}-{at}", at) for at in range(pairs)), pairs)
        assert made is not None
        held.append(made)
        assert made[0] == (f"c{number:06d}-0", 0)
        whole += len(made) == pairs and made[-1].value == pairs - 1
        more = made[-1].name
        assert len(made) == pairs or more == f"({pairs - len(made) + 1} more)"
    memory = sum(map(capabilities_memory, lists._kept))
    assert memory <= frame_limits.CAPABILITIES_MEMORY
    assert capabilities_memory(held[-1]) <= frame_limits.SHORT_CAPABILITIES_MEMORY
    assert lists.cut == count - whole
    assert whole > 100 or pairs > 64
    assert lists.make([("", 0)] * 3, 3) is None


def test_unused_lists_free_their_budget() -> None:
    lists = CapabilityLists()
    for number in range(20_000):
        made = lists.make(((f"c{number}-{at}", at) for at in range(20)), 20)
        assert made is not None
        assert len(made) == 20
    assert lists.cut == 0
    assert (
        sum(map(capabilities_memory, lists._kept)) == lists._kept.memory <= frame_limits.CAPABILITIES_MEMORY
    )


def test_tasks_with_different_amounts_of_a_capability_keep_their_lists() -> None:
    lists = CapabilityLists()
    names = ("cpu", "gpu", "linux", "memory", "disk", "region", "zone", "licence")
    held = [lists.make(((each, number) for each in names), 8) for number in range(20_000)]
    assert all(made is not None and len(made) == 8 for made in held)
    assert lists.cut == 0


def test_task_records_are_bounded_by_the_bytes_of_their_names() -> None:
    """Fewer large records fit, ended ones are evicted first, and many small ones fit again later."""
    model = ClusterModel(0.0, Limits(tasks=1_000, tasks_memory=1 << 20))
    cluster = model.state

    def come(first: int, count: int, state: str, memory: int) -> None:
        tasks = [
            StateTask(b"%06d" % number, "f", state, "w", (), None, None, None, None)
            for number in range(first, first + count)
        ]
        for at in range(0, count, 10):
            ClusterModel.of(cluster).apply_many(tasks[at : at + 10], 1.0, memory)

    come(0, 1_000, "success", 0)
    assert len(cluster.tasks) == 1_000
    come(1_000, 1_000, "running", 10_000)
    assert 900 < len(cluster.tasks) <= 1_000
    come(2_000, 2_000, "running", 20_000)
    heavy = len(cluster.tasks)
    assert 450 < heavy < 600
    assert cluster.tasks.get(b"003999") is not None
    assert cluster.tasks.get(b"002000") is None
    assert heavy + cluster.tasks.evicted == 4_000
    come(4_000, 3_000, "running", 100)
    assert len(cluster.tasks) == 1_000


def test_the_names_of_a_report_do_not_count_for_tasks() -> None:
    model = ClusterModel(0.0, Limits(tasks=100, tasks_memory=1 << 20))
    cluster = model.state
    for number in range(100):
        task = StateTask(b"%d" % number, "f", "running", "w", (), None, None, None, None)
        model.apply_many([task], 1.0, 50 << 20)
    assert len(cluster.tasks) == 100


def test_folded_functions_free_their_memory_even_if_records_refer_to_them() -> None:
    def sketches() -> int:
        return sum(isinstance(each, DurationHistogram) for each in gc.get_objects())

    model = ClusterModel(0.0, Limits(functions=50))
    cluster = model.state
    before = sketches()
    for n in range(2_000):
        model.apply(task(n, "success", f"f{n}", seconds=1.0), float(n))
    assert len(cluster.tasks) == 2_000
    assert sketches() - before <= 51
    assert sum(entry.tasks for entry in cluster.functions.rows()) == 2_000
    model.apply(task(0, "running", "f0"), 2_000.0)  # a task of a folded function reappears
    model.apply(task(0, "success", "f0", seconds=2.0), 2_001.0)
    assert sum(entry.tasks for entry in cluster.functions.rows()) == 2_001
