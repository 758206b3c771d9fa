"""An event that raises is counted and skipped; the others are applied."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaler_monitor.collector import full_report
from scaler_monitor.collector.clock import SYSTEM_CLOCK, Clock
from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.live_source import LiveSource
from scaler_monitor.collector.source import Batch
from scaler_monitor.collector.watch import Watch
from scaler_monitor.model import cluster_model as model
from scaler_monitor.model.task_transitions import TaskTransitions
from scaler_monitor.protocol.page import Question, Status
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateTask
from scaler_monitor.wire.feed import Feed, FeedCounters, FeedState
from scaler_monitor.wire.schema import load_generation

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")


class StillFeed:
    """A connected feed without frames."""

    state = STATE
    counters = FeedCounters(0, 0, 0, 0)

    def read(self, timeout: float) -> list[bytes]:
        return []

    def close(self) -> None: ...


def watch_of(feed: Feed, clock: Clock = SYSTEM_CLOCK, queue: FrameQueue | None = None) -> Watch:
    """Return a watch of this feed, not started."""
    return Watch(LiveSource("tcp://127.0.0.1:1", feed, queue, clock), clock)


def source_of(watch: Watch) -> LiveSource:
    """Return the source of such a watch."""
    source = watch._source
    assert isinstance(source, LiveSource)
    return source


def task(number: int) -> bytes:
    state = {"taskId": b"t%d" % number, "functionName": b"f", "state": "running"}
    return bytes(load_generation(2).Message.new_message(stateTask=state).to_bytes())


def report() -> bytes:
    message = load_generation(2).Message.new_message()
    message.init("stateScheduler").init("workerManager").init("workers", 1)[0].workerId = b"w"
    return bytes(message.to_bytes())


@pytest.fixture
def watch() -> Watch:
    return watch_of(StillFeed(), Clock(lambda: 10.0, lambda: 10.0))


def status_of(watch: Watch) -> Status:
    return watch.answer(Question("test")).status


def test_events_that_raise_in_the_model_are_skipped(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    apply = TaskTransitions.apply

    def choke(self: TaskTransitions, event: StateTask, now: float) -> bool:
        if event.task_id in (b"t3", b"t6"):
            raise KeyError(event.task_id)
        return apply(self, event, now)

    monkeypatch.setattr(TaskTransitions, "apply", choke)
    watch.process(Batch(5.0, 5.0, STATE, [*map(task, range(10)), report()]))
    status = status_of(watch)
    assert len(watch._engine.state.tasks.records) == 8
    assert watch._engine.state.workers.names == ("w",)
    assert status.report_age_seconds == 5.0
    assert (status.refused, status.malformed, status.last_malformed) == (2, 0, "")
    assert status.last_refused == "the model did not take an event: KeyError: b't6'"


def test_the_queue_knows_the_generation_of_the_connection(watch: Watch) -> None:
    """ZMQ has no version byte, so details of a newer release are identified by the generation."""
    zmq = STATE._replace(wire="zmq", ymq_version=None)
    watch.process(Batch(5.0, 5.0, zmq, [task(1)]))
    assert source_of(watch).queue.generation == 2
    watch.process(Batch(6.0, 6.0, zmq._replace(connects=2), []))
    assert source_of(watch).queue.generation is None


def test_an_ended_task_that_raises_is_not_retried_for_ever(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"taskId": b"t", "functionName": b"f", "state": "success"}
    ended = bytes(load_generation(2).Message.new_message(stateTask=state).to_bytes())

    def choke(*arguments: object) -> None:
        raise ZeroDivisionError("a moment")

    monkeypatch.setattr(model, "count_ended_tasks", choke)
    watch.process(Batch(5.0, 5.0, STATE, [task(1), ended]))
    watch.tick()
    assert status_of(watch).refused == 1
    assert status_of(watch).last_refused.endswith("ZeroDivisionError: a moment")


def test_a_frame_that_raises_in_the_decoder_is_refused_and_a_truncated_one_malformed(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Decoder.decode

    def choke(self: Decoder, frame: bytes, *more: Any) -> Any:
        if frame == task(1):
            raise ZeroDivisionError("a moment")
        return decode(self, frame, *more)

    monkeypatch.setattr(Decoder, "decode", choke)
    watch.process(Batch(5.0, 5.0, STATE, [task(0), task(1), task(2)[:20], report()]))
    status = status_of(watch)
    assert (status.refused, status.last_refused) == (1, "ZeroDivisionError: a moment")
    assert status.malformed == 1
    assert status.last_malformed
    assert "ZeroDivision" not in status.last_malformed
    result = json.loads(watch.report("json", None, 80)[1])["source"]
    assert (result["refused"], result["malformed"]) == (1, 1)
    text = watch.report("text", None, 120)[1]
    assert "malformed 1, dropped 0, refused 1 (the monitor's fault)" in text


@pytest.mark.parametrize("form", ["json", "text", "tabs"])
def test_a_report_is_formatted_while_the_model_is_updated(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    watch.process(Batch(5.0, 5.0, STATE, [task(1), report()]))
    held: list[bool] = []

    def write(*arguments: object, **options: object) -> str:
        held.append(watch._lock.locked())
        return ""

    for name in ("text_report", "text_tabs"):
        monkeypatch.setattr(full_report, name, write)
    monkeypatch.setattr(json, "dumps", write)
    watch.report(form, None, 80)
    assert held
    assert not any(held)


def ends(watch: Watch) -> Callable[[StillFeed, float], list[bytes]]:
    """Return no frames and stop the watch."""

    def read(feed: StillFeed, timeout: float) -> list[bytes]:
        watch.stopping.set()
        return []

    return read


def test_a_skipped_message_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Skipping(StillFeed):
        counters = FeedCounters(250 << 20, 0, 1, 0, 250 << 20)

    watch = watch_of(Skipping(), Clock(lambda: 10.0, lambda: 10.0))
    monkeypatch.setattr(Skipping, "read", ends(watch))
    watch._read()
    assert status_of(watch).malformed == 1
    assert "250.0 MiB" in status_of(watch).last_malformed


def test_a_scheduler_with_skipped_reports_is_not_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Skipping(StillFeed):
        counters = FeedCounters(250 << 20, 1, 1, 0, 250 << 20)

    watch = watch_of(Skipping(), Clock(lambda: 10.0, lambda: 10.0))
    monkeypatch.setattr(Skipping, "read", ends(watch))
    watch.process(Batch(10.0, 10.0, STATE, [task(1)]))
    watch._read()
    assert "250.0 MiB was skipped" in status_of(watch).problem
    watch.process(Batch(11.0, 11.0, STATE, [report()]))
    assert status_of(watch).problem == ""
