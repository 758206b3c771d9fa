"""A busy collector answers and reports its delay; a hanging one ends itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from bench.hostile_frames import LISTS
from tests.collector.test_watch import STATE, StillFeed, report, source_of, task, watch_of
from tests.watched import until

from scaler_monitor.collector import watch as module
from scaler_monitor.collector.clock import Clock
from scaler_monitor.collector.source import Batch
from scaler_monitor.collector.watch import Watch
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Question
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.wire.event import Event
from scaler_monitor.wire.frame_limits import FRAME_LIMIT


class OneFrame(StillFeed):
    """A feed with one frame."""

    def __init__(self) -> None:
        self._frames = [task(1)]

    def read(self, timeout: float) -> list[bytes]:
        frames, self._frames = self._frames, []
        time.sleep(0 if frames else 0.05)
        return frames


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], Watch]]:
    """Start a watch twelve seconds after the arrival of a frame; the given function blocks its model."""
    monkeypatch.setattr(module, "LOCK_TIMEOUT_SECONDS", 0.05)
    held, over = threading.Event(), threading.Event()
    watches: list[Watch] = []

    def start(hold: Callable[[], object]) -> Watch:
        def apply(self: ClusterState, *arguments: object) -> None:
            held.set()
            while not over.is_set():
                hold()

        monkeypatch.setattr(ClusterModel, "apply_many", apply)
        watch = watch_of(OneFrame(), Clock(time.time, lambda: 22.0 if held.is_set() else 10.0))
        watches.append(watch)
        watch.start()
        assert held.wait(60)
        return watch

    yield start
    over.set()
    for watch in watches:
        watch.stop()


def test_a_busy_collector_reports_its_delay(
    held: Callable[..., Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HUNG_SECONDS", 0.5)
    watch = held(lambda: sum(range(1_000)))
    until_seen = time.monotonic() + 2.0
    while time.monotonic() < until_seen:
        answer = watch.answer(Question("test", known=7))
        assert answer.version == 7
        assert answer.tables is None
        assert answer.status.problem == "decoding is 12 s behind"
        assert answer.status.queue_age_seconds == 12.0
    assert not watch.stopping.is_set()


def test_a_hanging_decoder_ends_the_collector(
    held: Callable[..., Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HUNG_SECONDS", 0.5)
    watch = held(lambda: threading.Event().wait(3600))
    until(lambda: watch.answer(Question("test")) and watch.stopping.is_set())
    assert watch.failure == "decoding hangs"


def test_a_delay_is_reported_while_the_model_is_available() -> None:
    watch = watch_of(StillFeed(), Clock(time.time, lambda: 22.0))
    watch.process(Batch(21.0, 21.0, STATE, [report()]))
    assert watch.answer(Question("test")).status.problem == ""
    source_of(watch).queue.put(Batch(10.0, 10.0, STATE, [task(1)]))
    assert watch.answer(Question("test")).status.problem == "decoding is 12 s behind"


def test_malformed_reports_are_not_silence() -> None:
    moment = [1.0]
    watch = watch_of(StillFeed(), Clock(lambda: moment[0], lambda: moment[0]))
    huge = LISTS["workers"](FRAME_LIMIT)
    why = "what the scheduler says cannot be read: 786,424 workers: more than there is room for"
    watch.process(Batch(1.0, 1.0, STATE, [huge]))
    assert watch.answer(Question("test")).status.problem == why
    for second in (2.0, 3.0, 4.0):
        moment[0] = second
        watch.process(Batch(second, second, STATE, [report()]))
    moment[0] = 4.5
    watch.process(Batch(4.5, 4.5, STATE, [huge]))
    status = watch.answer(Question("test")).status
    assert (status.word, status.problem, status.malformed) == ("LIVE", "", 2)
    moment[0] = 40.0
    status = watch.answer(Question("test")).status
    assert (status.word, status.problem) == ("STALE", why)
    watch.process(Batch(40.0, 40.0, STATE, [report()]))
    assert watch.answer(Question("test")).status.problem == ""


def test_a_busy_collector_reports_why_the_connection_was_lost() -> None:
    feed = StillFeed()
    watch = watch_of(feed, Clock(time.time, lambda: 22.0))
    watch.process(Batch(22.0, 22.0, STATE, [report()]))
    assert watch.answer(Question("test")).status.problem == ""
    assert watch._engine.status.current_while_busy(22.0).problem == "the monitor is busy"
    feed.state = STATE._replace(phase="disconnected", problem="connection refused")
    status = watch._engine.status.current_while_busy(22.0)
    assert (status.problem, status.connected) == ("connection refused", False)


def test_a_large_frame_is_freed_after_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_of(StillFeed(), Clock(lambda: 1.0, steady_now))
    batch = Batch(1.0, 1.0, STATE, [report(), task(1)])
    waiting: list[int] = []
    apply = ClusterModel.apply_many

    def counted(model: ClusterModel, events: Iterable[Event], now: float, memory: int) -> None:
        waiting.append(len(batch.frames))
        apply(model, events, now, memory)

    monkeypatch.setattr(ClusterModel, "apply_many", counted)
    watch.process(batch)
    assert waiting == [0]
