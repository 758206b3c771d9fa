"""What is remembered of one report is never taken for what another says."""

from __future__ import annotations

import numpy as np
import pytest
from bench.stream import recorded

from scaler_monitor.wire import column_memory, struct_columns
from scaler_monitor.wire.column_memory import ColumnMemory
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateScheduler

WORKERS = 300


@pytest.fixture(scope="module")
def reports() -> list[bytes]:
    """Three reports of one fleet."""
    frames, _ = recorded(WORKERS, 2, 500, 3)
    assert len(frames) == 3
    return frames


def names(event: object) -> tuple[object, ...]:
    assert isinstance(event, StateScheduler)
    assert event.workers is not None
    workers = event.workers
    return workers.worker, workers.host, workers.itl, workers.processors.task_id, event.manager_workers


def test_each_report_says_what_it_would_say_alone(reports: list[bytes]) -> None:
    worker = names(Decoder().decode(reports[0], 2))[0][WORKERS - 1].encode()  # type: ignore[index]
    changed = reports[1].replace(worker, worker[:-1] + b"~")
    host = reports[2].replace(b"node-00001", b"node-0000x")
    assert changed != reports[1]
    assert host != reports[2]
    decoder = Decoder(DecodeCache())
    for frame in (*reports, changed, reports[0], host, reports[2]):
        assert names(decoder.decode(frame, 2)) == names(Decoder(DecodeCache()).decode(frame, 2))


def test_of_the_same_workers_nothing_is_made_again(reports: list[bytes]) -> None:
    decoder = Decoder(DecodeCache())
    first, second = (names(decoder.decode(frame, 2)) for frame in reports[:2])
    assert first[0] is second[0]
    assert first[1] is second[1]


def test_a_column_too_large_is_not_remembered(reports: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(cache := DecodeCache())
    decoder.decode(reports[0], 2)
    assert cache.columns._columns
    monkeypatch.setattr(struct_columns, "MAX_WORDS", 10)
    second = decoder.decode(reports[1], 2)
    assert not cache.columns._columns
    assert names(second) == names(Decoder().decode(reports[1], 2))


def test_alike_bytes_in_entries_of_other_sizes_are_another_column() -> None:
    memory = ColumnMemory()
    words = np.array([7, 7], np.uint64)
    memory.keep("a", words, np.array([1, 1]), ("\x07", "\x07"))
    assert memory.recall("a", words, np.array([1, 1])) == ("\x07", "\x07")
    assert memory.recall("a", words, np.array([1, 2])) is None
    assert memory.recall("b", words, np.array([1, 1])) is None
    assert column_memory.MAX_WORDS * 8 <= 1 << 23
