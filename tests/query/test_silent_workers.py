"""Silent and departed workers are marked and counted in every table."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.model.worlds import report, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.table_page import table_page
from scaler_monitor.wire.event import StateWorker


def fleet(quiet: int = 0, sent: int = 4) -> ClusterState:
    """Return two idle workers, last seen `quiet` seconds ago; the first was sent tasks since then."""
    model = ClusterModel(0.0)
    cluster = model.state
    said = report({"w0": [b""], "w1": [b""]}, last_seen=quiet)
    columns = dataclasses.replace(said.workers, queued=np.zeros(2, np.uint32))
    model.apply(dataclasses.replace(said, workers=columns), 1.0)
    model.apply_many([task(n) for n in range(sent)], 1.5)
    return cluster


def processor(cluster: ClusterState, **how: Any) -> tuple[str, int, str | None]:
    """Return mark, number and names of waiting tasks of the first worker's processor row."""
    found = table_page(cluster, TableQuestion("processors", filter="worker:w0", **how), 2.0)
    values = dict(zip((column.key for column in TABLES["processors"].columns), found.rows[0], strict=True))
    return found.marks[0], values["waiting"], values["behind"]


@pytest.mark.parametrize("folded", [(), ("w0",)])
def test_processors_carry_the_mark_of_their_worker(folded: tuple[str, ...]) -> None:
    assert processor(fleet(), folded=folded)[0] == ""
    cluster = fleet(quiet=9)
    assert processor(cluster, folded=folded)[0] == "stale"
    ClusterModel.of(cluster).apply(StateWorker("w0", "disconnected", None), 2.0)
    assert processor(cluster, folded=folded)[0] == "departed"


def test_words_find_rows_by_their_mark() -> None:
    cluster = fleet(quiet=9)
    for table in ("workers", "processors"):
        assert len(table_page(cluster, TableQuestion(table, filter="silent"), 2.0).ids) == 2
        assert table_page(cluster, TableQuestion(table, filter="-silent"), 2.0).ids == []
        assert table_page(fleet(), TableQuestion(table, filter="silent"), 2.0).ids == []
    ClusterModel.of(cluster).apply(report({"w1": [b""]}), 3.0)
    for word in ("gone", "Departed"):
        assert table_page(cluster, TableQuestion("workers", filter=word), 3.0).ids == ["w0"]
        assert table_page(cluster, TableQuestion("workers", filter=f"-{word}"), 3.0).ids == ["w1"]


def test_memory_of_no_processors_is_unknown() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [], "w1": [b""]}), 1.0)
    rss = TABLES["workers"].index("rss")
    found = table_page(cluster, TableQuestion("workers", sort="rss"), 1.0)
    assert [(row, values[rss]) for row, values in zip(found.ids, found.rows, strict=True)] == [
        ("w1", 1_000),
        ("w0", None),
    ]
    assert table_page(cluster, TableQuestion("workers", filter="rss<1M"), 1.0).ids == ["w1"]
    model.apply(report({}), 2.0)
    assert {values[rss] for values in table_page(cluster, TableQuestion("workers"), 2.0).rows} == {None}


def test_named_waiting_tasks_are_counted() -> None:
    """A live worker may have started tasks since its report; at a silent one they wait."""
    assert processor(fleet())[1:] == (0, None)
    _, waits, named = processor(fleet(quiet=9))
    assert waits == 4
    assert named is not None
    assert (named.count("work "), named.endswith(", +1")) == (3, True)
    found = table_page(fleet(quiet=9), TableQuestion("processors", filter="waits=4"), 2.0)
    assert found.ids == ["w0/0"]
