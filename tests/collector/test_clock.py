"""Start time and ages are correct even if the clock is set."""

from __future__ import annotations

import pytest
from tests.collector.test_watch import STATE, StillFeed, report, source_of, task, watch_of

from scaler_monitor.collector.clock import Clock
from scaler_monitor.collector.source import Batch
from scaler_monitor.collector.watch import Watch
from scaler_monitor.protocol.page import HELD, Question, Status, TableQuestion

HOUR = 3600.0


class Clocks:
    """A wall clock, which can be set, and a monotonic one."""

    def __init__(self) -> None:
        self.wall = 1_764_000_000.0
        self.steady = 100.0

    @property
    def clock(self) -> Clock:
        """Return both as a Clock."""
        return Clock(lambda: self.wall, lambda: self.steady)

    def go_on(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def watch(clocks: Clocks) -> Watch:
    return watch_of(StillFeed(), clocks.clock)


def arrived(clocks: Clocks, *frames: bytes) -> Batch:
    return Batch(clocks.wall, clocks.steady, STATE, list(frames))


def receive(watch: Watch, clocks: Clocks, *frames: bytes) -> None:
    watch.process(arrived(clocks, *frames))


def status_of(watch: Watch) -> Status:
    return watch.answer(Question("test")).status


def test_monitoring_starts_with_the_first_frame(watch: Watch, clocks: Clocks) -> None:
    assert status_of(watch).started is None
    clocks.go_on(600)  # no scheduler yet
    watch.tick()
    receive(watch, clocks)
    assert status_of(watch).started is None
    first = clocks.wall
    receive(watch, clocks, task(1))
    clocks.go_on(30)
    receive(watch, clocks, task(2), report())
    watch.tick()
    assert status_of(watch).started == first
    assert watch._engine.state.started == first
    assert '"watching_since": 1764000600.0' in watch.report("json", None, 80)[1]


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_setting_the_clock_moves_the_start_time(watch: Watch, clocks: Clocks, jump: float) -> None:
    receive(watch, clocks, task(1), report())
    clocks.go_on(30)
    clocks.wall += jump
    watch.tick()
    status = status_of(watch)
    assert status.started == clocks.wall - 30
    assert watch._engine.state.started == clocks.wall - 30
    assert status.report_age_seconds == 30


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_setting_the_clock_neither_hides_nor_causes_silence(
    watch: Watch, clocks: Clocks, jump: float
) -> None:
    for _ in range(10):
        clocks.go_on(1)
        receive(watch, clocks, report())
    clocks.wall += jump
    assert status_of(watch).word == "LIVE"
    clocks.go_on(60)
    status = status_of(watch)
    assert (status.word, status.report_age_seconds) == ("STALE", 60)
    clocks.go_on(5)
    assert status_of(watch).since == clocks.wall - 5


def test_setting_the_clock_forward_keeps_paused_snapshots(watch: Watch, clocks: Clocks) -> None:
    receive(watch, clocks, task(1), report())
    question = Question("test", at=HELD, tables=(TableQuestion("tasks"),))
    held = watch.answer(question)
    receive(watch, clocks, task(2))
    clocks.wall += HOUR
    watch.tick()
    later = watch.answer(question)
    assert later.version == held.version
    assert later.tables is not None
    assert later.tables[0].total == 1


def test_suspending_the_machine_keeps_paused_snapshots(watch: Watch, clocks: Clocks) -> None:
    receive(watch, clocks, task(1), report())
    question = Question("test", at=HELD)
    held = watch.answer(question)
    receive(watch, clocks, task(2))
    clocks.go_on(72 * HOUR)
    watch.tick()
    assert watch.answer(question).version == held.version


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_setting_the_clock_while_frames_wait_changes_no_age(
    watch: Watch, clocks: Clocks, jump: float
) -> None:
    for _ in range(10):
        clocks.go_on(1)
        receive(watch, clocks, report())
    began = status_of(watch).started
    assert began is not None
    waiting = arrived(clocks, report())
    source_of(watch).queue.put(waiting)
    clocks.go_on(2)
    clocks.wall += jump
    assert status_of(watch).queue_age_seconds == 2
    assert watch._engine.status.current_while_busy(clocks.wall).queue_age_seconds == 2
    watch.process(waiting)
    source_of(watch).queue.take(1, 0)
    clocks.go_on(1)
    status = status_of(watch)
    assert (status.word, status.report_age_seconds, status.problem) == ("LIVE", 3, "")
    assert status.started == began + jump


def test_the_start_time_is_constant_while_decoding_is_delayed(watch: Watch, clocks: Clocks) -> None:
    receive(watch, clocks, task(1))
    first = clocks.wall
    clocks.go_on(1)
    waiting = arrived(clocks, task(2))
    clocks.go_on(30)
    watch.process(waiting)
    assert watch._engine.state.started == first


def test_setting_the_clock_while_a_frame_is_decoded(watch: Watch, clocks: Clocks) -> None:
    receive(watch, clocks, report())
    watch._engine.status.decode_started(arrived(clocks, report()))
    clocks.go_on(1)
    clocks.wall += HOUR
    assert status_of(watch).queue_age_seconds == 1


def test_small_differences_of_the_clocks_do_not_change_the_start_time(watch: Watch, clocks: Clocks) -> None:
    receive(watch, clocks, task(1))
    first = clocks.wall
    for _ in range(100):
        clocks.go_on(1)
        clocks.wall += 0.004
        assert status_of(watch).started == first
