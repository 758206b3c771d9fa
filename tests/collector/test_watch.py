"""One strange event costs nothing but itself: those around it enter the model, and it is counted."""

from __future__ import annotations

import pytest

from scaler_monitor.collector import reporting
from scaler_monitor.collector.frame_queue import Batch
from scaler_monitor.collector.watch import Watch
from scaler_monitor.model import cluster as model
from scaler_monitor.model.transitions import Transitions
from scaler_monitor.views.page import Question, Status
from scaler_monitor.wire.event import StateTask
from scaler_monitor.wire.feed import FeedCounters, FeedState
from scaler_monitor.wire.schema import load_generation

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")


class StillFeed:
    """A feed that is connected and brings nothing by itself."""

    state = STATE
    counters = FeedCounters(0, 0, 0, 0)

    def read(self, timeout: float) -> list[bytes]:
        return []

    def close(self) -> None: ...


def task(number: int) -> bytes:
    state = {"taskId": b"t%d" % number, "functionName": b"f", "state": "running"}
    return bytes(load_generation(2).Message.new_message(stateTask=state).to_bytes())


def report() -> bytes:
    message = load_generation(2).Message.new_message()
    message.init("stateScheduler").init("workerManager").init("workers", 1)[0].workerId = b"w"
    return bytes(message.to_bytes())


@pytest.fixture
def watch() -> Watch:
    return Watch("tcp://127.0.0.1:1", StillFeed(), clock=lambda: 10.0, steady=lambda: 10.0)


def status_of(watch: Watch) -> Status:
    return watch.answer(Question("test")).status


def test_events_that_the_model_cannot_take_cost_none_of_the_others(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Transitions.apply

    def choke(self: Transitions, event: StateTask, now: float) -> bool:
        if event.task_id in (b"t3", b"t6"):
            raise KeyError(event.task_id)
        return apply(self, event, now)

    monkeypatch.setattr(Transitions, "apply", choke)
    watch.enter(Batch(5.0, 5.0, STATE, [*map(task, range(10)), report()]))
    status = status_of(watch)
    assert len(watch._cluster.tasks.records) == 8
    assert watch._cluster.workers.names == ("w",)
    assert status.report_age_seconds == 5.0
    assert status.malformed == 2
    assert status.last_malformed == "the model did not take an event: KeyError: b't6'"


def test_the_queue_is_told_the_generation_of_this_connection(watch: Watch) -> None:
    """On ZMQ, which has no version byte: frames of a coming release are details by it, or are not."""
    zmq = STATE._replace(wire="zmq", ymq_version=None)
    watch.enter(Batch(5.0, 5.0, zmq, [task(1)]))
    assert watch._queue.generation == 2
    watch.enter(Batch(6.0, 6.0, zmq._replace(connects=2), []))
    assert watch._queue.generation is None


def test_an_ending_that_cannot_be_counted_is_not_tried_for_ever(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"taskId": b"t", "functionName": b"f", "state": "success"}
    ended = bytes(load_generation(2).Message.new_message(stateTask=state).to_bytes())

    def choke(*arguments: object) -> None:
        raise ZeroDivisionError("a moment")

    monkeypatch.setattr(model, "count_endings", choke)
    watch.enter(Batch(5.0, 5.0, STATE, [task(1), ended]))
    watch.tick()
    assert status_of(watch).malformed == 1
    assert status_of(watch).last_malformed.endswith("ZeroDivisionError: a moment")


@pytest.mark.parametrize("form", ["json", "text", "tabs"])
def test_a_report_is_written_while_the_model_goes_on(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    watch.enter(Batch(5.0, 5.0, STATE, [task(1), report()]))
    held: list[bool] = []

    def write(*arguments: object, **options: object) -> str:
        held.append(watch._lock.locked())
        return ""

    for name in ("text_report", "text_tabs"):
        monkeypatch.setattr(reporting, name, write)
    monkeypatch.setattr(reporting.json, "dumps", write)
    watch.report(form, None, 80)
    assert held
    assert not any(held)


def test_what_was_skipped_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Skipping(StillFeed):
        counters = FeedCounters(250 << 20, 0, 1, 0, 250 << 20)

    watch = Watch("tcp://127.0.0.1:1", Skipping(), clock=lambda: 10.0, steady=lambda: 10.0)
    monkeypatch.setattr(Skipping, "read", lambda feed, timeout: watch.stopping.set() or [])
    watch._read()
    assert status_of(watch).malformed == 1
    assert "250.0 MiB" in status_of(watch).last_malformed


def test_a_scheduler_whose_reports_are_skipped_is_not_said_to_be_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Skipping(StillFeed):
        counters = FeedCounters(250 << 20, 1, 1, 0, 250 << 20)

    watch = Watch("tcp://127.0.0.1:1", Skipping(), clock=lambda: 10.0, steady=lambda: 10.0)
    monkeypatch.setattr(Skipping, "read", lambda feed, timeout: watch.stopping.set() or [])
    watch.enter(Batch(10.0, 10.0, STATE, [task(1)]))
    watch._read()
    assert "250.0 MiB was skipped" in status_of(watch).problem
    watch.enter(Batch(11.0, 11.0, STATE, [report()]))
    assert status_of(watch).problem == ""
