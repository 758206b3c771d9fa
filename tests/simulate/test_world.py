"""The frames of a synthetic scheduler are consistent, and its statistics match them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from bench.stream import Recorder

from scaler_monitor.simulate.publishing import YmqPublisher
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.synthetic_scheduler import SyntheticScheduler
from scaler_monitor.simulate.task_frames import LENGTH_BYTES, Bytes
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import FINAL_STATES, Event, StateObject, StateScheduler, StateTask


class Listener(Recorder):
    """A publisher that stores the messages for the test."""

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:
        data = bytes(block) if isinstance(block, bytes) else block.tobytes()
        for start in range(0, len(data), frame_bytes):
            told = int.from_bytes(data[start : start + LENGTH_BYTES], "little")
            assert told == frame_bytes - LENGTH_BYTES
        super().publish(block, frame_bytes)


def events_of(generation: int, seconds: int, **options: Any) -> tuple[list[Event], SyntheticScheduler]:
    listener, decoder = Listener(), Decoder()
    scheduler = SyntheticScheduler(build_fleet(37, 2), generation, listener, tasks_per_second=90, **options)
    for tick in range(20 * seconds):
        scheduler.step(tick / 20)
    return [decoder.decode(frame, generation) for frame in listener.frames], scheduler


@pytest.mark.parametrize("generation", [1, 2])
def test_totals_agree_with_the_transitions_before_each_report(generation: int) -> None:
    events, scheduler = events_of(generation, 12)
    seen: Counter[str] = Counter()
    last: dict[bytes, str] = {}
    reports = 0
    for event in events:
        if isinstance(event, StateTask):
            seen[event.state] += 1
            last[event.task_id] = event.state
        elif isinstance(event, StateScheduler):
            reports += 1
            now = Counter(last.values())
            assert event.task_states is not None
            assert {state: n for state, n in event.task_states.items() if n} == {
                s: n for s, n in now.items() if n
            }
    assert reports == 12
    assert scheduler.stats()["frames"]["stateTask"] == sum(seen.values())
    assert {s: n for s, n in scheduler.stats()["states"].items() if s in FINAL_STATES} == {
        s: n for s, n in seen.items() if s in FINAL_STATES
    }


def test_processors_have_the_ids_of_their_tasks() -> None:
    events, _ = events_of(2, 6)
    at: dict[bytes, str] = {}
    for event in events:
        if isinstance(event, StateTask):
            if event.state == "running":
                at[event.task_id] = event.worker
            elif event.state in FINAL_STATES:
                del at[event.task_id]
        elif isinstance(event, StateScheduler):
            processors = event.workers.processors
            assert processors.task_id is not None
            first = event.workers.first_processor
            told = {
                processors.task_id[n]: event.workers.worker[int(np.searchsorted(first, n, "right")) - 1]
                for n in np.flatnonzero(processors.has_task)
            }
            assert told == at
            assert all(not processors.task_id[n] for n in np.flatnonzero(~processors.has_task))


def test_every_task_ends_with_a_limited_number() -> None:
    events, scheduler = events_of(2, 20, tasks_in_all=300)
    ended = [event for event in events if isinstance(event, StateTask) and event.state in FINAL_STATES]
    assert len({event.task_id for event in ended}) == len(ended) == 300
    assert scheduler.stats()["states"]["running"] == 0
    assert all((event.profile is None) == (event.state == "canceled") for event in ended)


def test_a_monitor_that_never_reads_is_disconnected(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    monkeypatch.setattr("scaler_monitor.simulate.publishing.MAX_QUEUED_BYTES", 1 << 20)
    publisher = YmqPublisher(parse_address(f"ipc://{tmp_path}/monitor"), 2)
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.connect(f"{tmp_path}/monitor")
        monitor.sendall(b"YMQ\x02" + (1).to_bytes(8, "little") + b"m")
        for _ in range(100):
            publisher.serve(0.01)
            if publisher.monitors:
                break
        assert publisher.monitors == 1
        for _ in range(100):
            publisher.publish(bytes(1 << 16), 1 << 16)
        assert publisher.monitors == 0
        assert publisher.dropped_monitors == 1
    publisher.close()


def test_used_and_free_memory_add_up_and_object_ids_differ() -> None:
    events, _ = events_of(2, 3)
    report = next(event for event in events if isinstance(event, StateScheduler))
    workers = report.workers
    assert workers.memory_limit_bytes is not None
    used = workers.processors.rss_bytes.astype(np.uint64).reshape(37, 2).sum(axis=1)
    assert (used + workers.rss_free_bytes == workers.memory_limit_bytes).all()
    objects = next(event for event in events if isinstance(event, StateObject))
    assert len({entry.object_id[-16:] for entry in objects.objects}) == len(objects.objects) == 40
