"""The engine gives the same state for the same frames from any source, with the given clock."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from tests.collector.recorded import RecordedSource, batches_of
from tests.collector.test_watch import StillFeed, report, task
from tests.frames.corpus import RELEASES, generation_of_release, read_frames
from tests.watched import until

from scaler_monitor.collector.clock import SYSTEM_CLOCK, Clock
from scaler_monitor.collector.engine import Engine
from scaler_monitor.collector.in_process import live_status
from scaler_monitor.collector.live_source import LiveSource
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.export.json_document import document
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.keyframe import read_keyframe, write_keyframe
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.feed import FeedState
from scaler_monitor.wire.scheduler_feed import open_feed

BEGAN = 1_764_000_000.0


class Moment:
    """A clock with a fixed time."""

    def __init__(self, wall: float = BEGAN, steady: float = 0.0) -> None:
        self.wall, self.steady = wall, steady

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.steady)


def drive(
    source: Source, moment: Moment, state: ClusterState | None = None, *, ticks: bool = True
) -> tuple[Engine, list[Batch]]:
    """Process all batches of a source at their arrival times; return the engine and the batches."""
    engine, taken = Engine(source, moment.clock, state), []
    while (batch := source.take(500, 0.0, 1 << 20)) is not None:
        taken.append(replace(batch, frames=[*batch.frames]))
        moment.wall, moment.steady = batch.arrived, batch.steady
        engine.process(batch)
    if ticks:
        engine.tick()
    return engine, taken


def figures(engine: Engine, moment: Moment) -> tuple[Any, ...]:
    """Return all figures except those of process and connection."""
    status, now = engine.current_status(), moment.wall
    return (
        document(engine.state, live_status(now), now),
        describe_overview(engine.state, now),
        (status.word, status.generation, status.report_age_seconds, status.started, status.malformed),
        engine.revision,
    )


class FramesFeed(StillFeed):
    """A feed that delivers all frames at once."""

    def __init__(self, frames: list[bytes], state: FeedState) -> None:
        self.state = state
        self._frames = frames

    def read(self, timeout: float) -> list[bytes]:
        frames, self._frames = self._frames, []
        return frames


@pytest.mark.parametrize("version", RELEASES)
def test_recorded_frames_through_a_feed_and_from_a_file(version: str) -> None:
    frames = read_frames(version)
    state = FeedState("connected", "zmq", None, BEGAN, 1, "")
    live_moment, moment = Moment(), Moment()
    live = LiveSource("tcp://127.0.0.1:1", FramesFeed([*frames], state), clock=live_moment.clock)
    stopping = threading.Event()
    reader = threading.Thread(target=live.fetch, args=(stopping,))
    reader.start()
    until(lambda: live.age(1.0))
    stopping.set()
    reader.join()
    ours, _ = drive(live, live_moment)
    theirs, _ = drive(RecordedSource(batches_of(frames, BEGAN, 0.0, state)), moment)
    assert figures(ours, live_moment)[:3] == figures(theirs, moment)[:3]
    assert ours.current_status().generation == generation_of_release(version)
    assert ours.state.applied == len(frames)


def test_a_live_scheduler_and_the_recording_of_it(scheduler: LocalCluster) -> None:
    live = LiveSource(scheduler.monitor_address, open_feed(parse_address(scheduler.monitor_address)))
    stopping, moment = threading.Event(), Moment(SYSTEM_CLOCK.wall(), SYSTEM_CLOCK.steady())
    began = Moment(moment.wall, moment.steady)
    reader = threading.Thread(target=live.fetch, args=(stopping,))
    reader.start()
    try:
        engine, noted = Engine(live, moment.clock), []
        deadline = time.monotonic() + 60
        while engine.state.scheduler.reports < 4 or engine.state.applied < 100:
            assert time.monotonic() < deadline
            batch = live.take(500, 0.5, 1 << 20)
            if batch is not None:
                noted.append(replace(batch, frames=[*batch.frames]))
                moment.wall, moment.steady = batch.arrived, batch.steady
                engine.process(batch)
        engine.tick()
        ours = figures(engine, moment)
    finally:
        stopping.set()
        live.close()
        reader.join()
    again, _ = drive(RecordedSource(noted), began)
    assert figures(again, began) == ours
    assert engine.state.gaps.connected
    assert document(again.state, live_status(began.wall), began.wall)["workers"]


def test_the_engine_uses_no_other_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> float:
        raise AssertionError("this clock was not handed in")

    for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "clock_gettime", "sleep"):
        monkeypatch.setattr(time, name, fail)
    moment = Moment()
    source = RecordedSource(batches_of([*read_frames("2.9.0"), b"no frame", report(), task(1)], BEGAN))
    engine, taken = drive(source, moment)
    assert engine.current_status().time == taken[-1].arrived
    assert engine.state.now == engine.state.events.times[-1] == taken[-1].arrived
    assert engine.state.started == engine.current_status().started == BEGAN
    moment.wall, moment.steady = BEGAN + 86_400.0, 86_400.0
    engine.tick()
    status = engine.current_status()
    assert engine.state.now == status.time == BEGAN + 86_400.0
    assert (status.word, status.malformed) == ("STALE", 1)
    assert status.report_age_seconds == 86_400.0 - taken[-2].steady


@pytest.mark.parametrize("version", RELEASES)
def test_the_engine_continues_from_a_keyframe(version: str) -> None:
    """As for a time in a recording: restore the keyframe before it, then process the frames after that."""
    batches = batches_of(read_frames(version), BEGAN)
    for cut in (1, len(batches) // 2, len(batches) - 1):
        moments = Moment(), Moment(), Moment()
        whole, _ = drive(RecordedSource(batches), moments[0])
        before, _ = drive(RecordedSource(batches[:cut]), moments[1], ticks=False)
        state = read_keyframe(write_keyframe(before.state.snapshot()))
        after, _ = drive(RecordedSource(batches[cut:]), moments[2], state)
        assert figures(after, moments[2])[:2] == figures(whole, moments[0])[:2]
        assert after.current_status().started == whole.current_status().started == BEGAN
        assert after.state.started == BEGAN


def test_connection_states_are_applied_in_order() -> None:
    """A lost connection is applied at its place in the stream."""
    state = FeedState("connected", "zmq", None, BEGAN, 1, "")
    gone = state._replace(phase="disconnected", problem="connection refused")
    stream = [
        Batch(BEGAN, 0.0, state, [report()]),
        Batch(BEGAN + 1, 1.0, gone, []),
        Batch(BEGAN + 5, 5.0, state._replace(connects=2), [report(), task(1)]),
        Batch(BEGAN + 6, 6.0, state._replace(connects=3), [task(2)]),
    ]
    moment = Moment()
    engine, _ = drive(RecordedSource(stream), moment)
    gaps = engine.state.gaps
    assert [*gaps.closed] == [(BEGAN + 1, BEGAN + 5), (BEGAN + 6, BEGAN + 6)]
    assert engine.current_status().connects == 3


def test_rules_of_findings_are_judged_while_reports_come_and_not_after() -> None:
    state = FeedState("connected", "zmq", None, BEGAN, 1, "")
    moment = Moment()
    engine, _ = drive(RecordedSource(batches_of(read_frames("2.9.0"), BEGAN, 1.0, state)), moment)
    states = {rule.state for rule in engine.findings.rules}
    assert "judged" in states
    for _ in range(300):
        moment.wall, moment.steady = moment.wall + 1, moment.steady + 1
        engine.tick()
    assert {rule.state for rule in engine.findings.rules} <= {"muted", "not_told"}


def test_a_rule_that_fails_is_counted_and_costs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError("a rule divides by zero")

    monkeypatch.setattr(FindingsTracker, "observe", fail)
    moment = Moment()
    engine, _ = drive(RecordedSource(batches_of(read_frames("2.9.0"), BEGAN)), moment)
    status = engine.current_status()
    assert engine.state.applied == len(read_frames("2.9.0"))
    assert status.refused > 0
    assert "the rules of findings failed: ZeroDivisionError" in status.last_refused
