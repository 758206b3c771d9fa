"""Hypothesis strategies for streams of any events that a release can send, in any order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from tests.model.worlds import messages, number, report

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.wire.event import (
    Capability,
    ClientStatus,
    ManagerStatus,
    ObjectDetail,
    StateBalanceAdvice,
    StateGraphTask,
    StateObject,
    StateWorker,
    StorageStatus,
)

Step = Any
"""An event; True or False for a connection opened or lost; None for a second that passes."""


ids = st.integers(0, 6).map(number)
names = st.sampled_from(["w0", "w1", "w9"])
statuses = st.builds(
    ClientStatus,
    st.sampled_from(["c0", "c1", "c9"]),
    st.integers(0, 9),
    st.sampled_from([None, "h"]),
    st.none() | st.integers(0, 5000),
    st.none() | st.sampled_from([0, 7, 2**64 - 1]),
    st.none() | st.sampled_from([0, 2**32 - 1]),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(0, 100),
)
managers = st.builds(
    ManagerStatus,
    st.sampled_from(["m0", "m1"]),
    st.just("identity"),
    st.integers(0, 100),
    st.integers(0, 9),
    st.sampled_from(["", "gpu, cpu"]),
    st.none() | st.integers(0, 9),
)
TWO_WORKERS: tuple[str, ...] = ("w0", "w1")
counts = st.none() | st.dictionaries(st.sampled_from(["Task", "Echo", "Log"]), st.integers(0, 9))


@st.composite
def reports(draw: st.DrawFn) -> Any:
    """Generate reports of few workers, with all optional values present or missing."""
    made = report(
        draw(st.dictionaries(names, st.lists(ids, max_size=2, unique=True), max_size=3)),
        draw(st.dictionaries(st.sampled_from(["m0", "m1"]), st.just(TWO_WORKERS), max_size=2)),
        draw(st.none() | st.fixed_dictionaries({"running": st.integers(0, 3), "success": st.integers(0, 9)})),
        draw(counts),
        host=draw(st.sampled_from([None, "h", ""])),
        age=draw(st.integers(0, 500)),
        suspended=draw(st.booleans()),
        rss=draw(st.sampled_from([0, 1000, 2**64 - 1])),
        last_seen=draw(st.integers(0, 100)),
    )
    return dataclasses.replace(
        made,
        received=draw(counts),
        clients=draw(st.none() | st.lists(statuses, max_size=3).map(tuple)),
        managers=draw(st.none() | st.lists(managers, max_size=2).map(tuple)),
        storage=draw(st.none() | st.just(StorageStatus(1, 2, 2**64 - 1, 4, 5, 6))),
        cpu_permille=draw(st.integers(0, 1000)),
    )


capabilities = st.sampled_from([None, (), (Capability("gpu", -1), Capability("cpu", 2))])
others = st.one_of(
    st.builds(StateWorker, names, st.sampled_from(["connected", "disconnected", None]), capabilities),
    st.builds(
        StateObject,
        st.lists(
            st.builds(
                ObjectDetail,
                ids,
                st.just("o"),
                st.just("object"),
                st.sampled_from([3, 2**64 - 1]),
                st.just("c0"),
                st.integers(0, 3),
            ),
            max_size=2,
        ).map(tuple),
        st.integers(0, 9),
    ),
    st.builds(StateBalanceAdvice, names, st.lists(ids, max_size=2).map(tuple), st.integers(0, 2)),
    st.builds(StateGraphTask, ids, ids, st.just("normal"), st.lists(ids, max_size=2).map(tuple), st.just(3)),
)
streams: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(messages, messages, messages, reports(), others, st.none(), st.booleans()), max_size=40
)


def follow(model: ClusterModel, stream: Sequence[Step], now: float) -> float:
    """Apply a stream to a model; return the unix time after it."""
    for step in stream:
        now += 0.5
        if step is None:
            model.tick(now)
        elif isinstance(step, bool):
            model.feed_changed(step, now)
        else:
            model.apply(step, now)
    return now
