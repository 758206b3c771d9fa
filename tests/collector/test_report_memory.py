"""A report is in memory only while it is the latest, whatever was queried."""

from __future__ import annotations

import gc
import weakref
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.collector.test_watch import STATE, StillFeed, watch_of
from tests.wire.eras import ERAS
from tests.wire.making import Maker

from scaler_monitor.collector.clock import Clock
from scaler_monitor.collector.source import Batch
from scaler_monitor.collector.watch import Watch
from scaler_monitor.protocol.page import Question, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import row_cache
from scaler_monitor.query.columns import name_column
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.wire.event import WorkerColumns


def report(seed: int, workers: int = 20) -> bytes:
    frame, _ = Maker(ERAS[-1], seed).make("stateScheduler", workers=workers)
    return frame


def arrays(watch: Watch) -> list[weakref.ref[NDArray[Any]]]:
    columns = watch._engine.state.workers.columns
    assert columns is not None
    values = [getattr(columns, field.name) for field in fields(WorkerColumns)]
    return [weakref.ref(value) for value in values if isinstance(value, np.ndarray)]


@pytest.mark.parametrize("table", TABLES)
def test_a_report_is_freed_with_the_next_one(table: str) -> None:
    watch = watch_of(StillFeed(), Clock(lambda: 1.0, steady_now))
    watch.process(Batch(1.0, 1.0, STATE, [report(0)]))
    watch.answer(Question("v", tables=(TableQuestion(table),)))
    held = arrays(watch)
    assert len(held) > 5
    watch.process(Batch(2.0, 2.0, STATE, [report(1)]))
    gc.collect()
    assert [each() for each in held if each() is not None] == []


def test_names_of_earlier_clusters_are_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_column, "MAX_NAMES", 30)
    monkeypatch.setattr(row_cache, "MAX_NAMES", 30)
    watch = watch_of(StillFeed(), Clock(lambda: 1.0, steady_now))
    for seed in range(3):
        watch.process(Batch(1.0, 1.0, STATE, [report(seed)]))
        watch._engine.state.workers.departed.clear()
        watch.answer(Question("v", tables=(TableQuestion("workers", "worker"),)))
        held = row_cache._CACHES[watch._engine.state].columns.names
        assert set(held.texts) == {"", *watch._engine.state.workers.names}
