"""Builders of small events for the tests of the model."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.wire.event import (
    TASK_STATES,
    Capability,
    ProcessorColumns,
    Profile,
    StateScheduler,
    StateTask,
    WorkerColumns,
)

GPU = (Capability("gpu", -1),)


def number(n: int) -> bytes:
    """Return the id of task `n`."""
    return n.to_bytes(16, "big")


def task(
    n: int,
    state: str = "running",
    function: str = "work",
    worker: str = "w0",
    seconds: float | None = None,
    client: str | None = "c0",
) -> StateTask:
    """Return a transition of task `n`."""
    profile = None if seconds is None else Profile(seconds, 100, seconds / 2)
    return StateTask(number(n), function, state, worker, GPU, profile, 10, client, "made")


def bars_between(
    which: ClusterState, start: float, end: float, cells: int, workers: list[str]
) -> list[list[Bar]]:
    """Return the bars of each of `workers` in [start, end) with `cells` cells, in one lane."""
    return [lane for (lane,) in which.stream(start, end, workers).bars(cells)]


def array_bytes(thing: object) -> int:
    """Return the bytes of all arrays in an object, recursively."""
    seen: set[int] = set()
    waiting, total = [thing], 0
    while waiting:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, type):
            continue
        seen.add(id(held))
        if isinstance(held, np.ndarray):
            total += held.nbytes
        else:
            waiting += gc.get_referents(held)
    return total


def report(
    workers: dict[str, list[bytes]],
    managers: dict[str, tuple[str, ...]] | None = None,
    states: dict[str, int] | None = None,
    sent: dict[str, int] | None = None,
    host: str | None = "h",
    age: int = 0,
    suspended: bool = False,
    rss: int = 1_000,
    last_seen: int = 0,
) -> StateScheduler:
    """Return a report of workers by id, with the task on each of their processors (b"" if idle)."""
    ids = tuple(task_id for tasks in workers.values() for task_id in tasks)
    n, m = len(workers), len(ids)
    busy = np.array([bool(task_id) for task_id in ids], bool)
    counts = [len(tasks) for tasks in workers.values()]
    processors = ProcessorColumns(
        np.arange(m, dtype=np.uint32),
        np.full(m, 500, np.uint16),
        np.full(m, rss, np.uint64),
        np.ones(m, bool),
        busy,
        busy & suspended,
        ids,
        np.full(m, age, np.uint32),
    )

    def full(dtype: type, value: int = 1) -> NDArray[Any]:
        return np.full(n, value, dtype)

    columns = WorkerColumns(
        tuple(workers),
        None if host is None else (host,) * n,
        ("110",) * n,
        full(np.uint16, 10),
        full(np.uint64, 50),
        full(np.uint64, 9_000),
        full(np.uint32),
        full(np.uint32, 2),
        full(np.uint32, 3),
        full(np.uint8, 0),
        full(np.uint64),
        full(np.uint16, last_seen),
        None,
        None,
        None,
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        processors,
    )
    return StateScheduler(7, 100, 200, sent, None, (), 4, None, states, columns, managers or {}, None)


messages = st.builds(
    task,
    st.integers(0, 6),
    st.sampled_from(TASK_STATES[:9]),
    st.sampled_from(["", "f", "g"]),
    st.sampled_from(["", "w0", "w1"]),
    st.sampled_from([None, 0.5, 2.0]),
    st.sampled_from([None, "", "c0", "c1"]),
)
"""Generate transitions of seven tasks in any order, including those that no scheduler would send."""
