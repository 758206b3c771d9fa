"""Periodic work does not drift with its duration; the clock is simulated."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace

import pytest
from tests.collector.test_watch import STATE, StillFeed, watch_of
from tests.ui.still_link import STATUS, StillLink
from textual.message import Message

from scaler_monitor.cli import output, plain
from scaler_monitor.collector import watch as watching
from scaler_monitor.collector.source import Batch
from scaler_monitor.link.interface import Report
from scaler_monitor.link.viewer_usage import ViewerUsage
from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.synthetic_scheduler import SyntheticScheduler
from scaler_monitor.system.deadlines import Deadlines
from scaler_monitor.ui import collector_polling as asking
from scaler_monitor.ui.collector_polling import CollectorPolling


class Enough(Exception):
    """Ends a loop when the test has seen enough."""


class Clock:
    """A manual monotonic clock; replaces the `time` module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("asked_at", "wanted"),
    [
        ([10.0, 10.5, 11.0], [10.5, 11.0, 11.5]),
        ([10.0, 10.7, 11.2], [10.5, 11.0, 11.5]),  # work of 0.2 s changes nothing
        ([10.0, 13.1, 13.6], [10.5, 13.5, 14.0]),  # missed times are skipped
        ([10.0, 10.2, 10.3], [10.5, 11.0, 11.5]),  # no time twice, even if called early
        ([9.0], [10.5]),
    ],
)
def test_times_are_on_one_grid(asked_at: list[float], wanted: list[float]) -> None:
    deadlines = Deadlines(10.0, 0.5)
    assert [deadlines.next(now) for now in asked_at] == pytest.approx(wanted)


def test_an_inexact_fraction_gives_no_time_twice() -> None:
    deadlines, now = Deadlines(0.0, 0.1), 0.0
    for number in range(1, 2000):
        now = deadlines.next(now)
        assert now == pytest.approx(number / 10)


class SlowReports:
    """A collector that needs 0.14 s for a report, and 3 s for the fifth."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[float] = []

    async def report(self, form: str, *_: object) -> Report:
        self.asked.append(self.clock.now)
        self.clock.now += 3.0 if len(self.asked) == 5 else 0.14
        return Report(STATUS, "report")

    async def ping(self) -> None:
        return


async def test_batch_reports_do_not_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(plain, "time", clock)
    monkeypatch.setattr(plain, "asyncio", SimpleNamespace(sleep=clock.sleep))
    monkeypatch.setattr(output, "write", lambda text: None)
    link = SlowReports(clock)
    options = argparse.Namespace(delay=0.5, count=9, format="text")
    await plain._repeat(options, link, Report(STATUS, "first"), ViewerUsage())  # type: ignore[arg-type]
    assert [round(moment - 1000.0, 6) for moment in link.asked] == [0.5, 1.0, 1.5, 2.0, 2.5, 6.0, 6.5, 7.0]


def test_ticks_of_the_collector_do_not_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    ticked: list[float] = []

    class Queue:
        def take(self, at_most: int, timeout: float, size: int) -> Batch | None:
            clock.now += min(timeout, 0.3)
            if clock.now > 1020.5:
                watch.stopping.set()
            return Batch(0.0, 0.0, STATE, []) if timeout > 0.3 else None

    monkeypatch.setattr(watching, "time", clock)
    watch = watch_of(StillFeed(), queue=Queue())  # type: ignore[arg-type]
    monkeypatch.setattr(watch, "tick", lambda: ticked.append(clock.now))
    watch._decode()
    assert ticked == pytest.approx([1000.0 + second for second in range(21)])


async def test_requests_of_a_screen_do_not_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    asked: list[float] = []

    class Slow(StillLink):
        async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
            asked.append(clock.now)
            if len(asked) == 6:
                raise Enough
            clock.now += 0.15
            return await super().ask(question, timeout)

    async def pause(coming: Coroutine[object, object, object], seconds: float) -> None:
        coming.close()
        clock.now += seconds

    monkeypatch.setattr(asking, "time", clock)
    monkeypatch.setattr(
        asking, "asyncio", SimpleNamespace(**{**vars(asyncio), "wait_for": pause, "sleep": clock.sleep})
    )
    tell: list[Message] = []
    with pytest.raises(Enough):
        await CollectorPolling(Slow(5), lambda: Question("v"), tell.append, 1.0).run()
    assert [moment - 1000.0 for moment in asked] == pytest.approx([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


def test_synthetic_reports_do_not_drift_and_do_not_burst() -> None:
    class Nobody:
        monitors, dropped_monitors, bytes_sent = 1, 0, 0

        def publish(self, block: object, frame_bytes: int) -> None: ...
        def serve(self, seconds: float) -> None: ...
        def close(self) -> None: ...

    scheduler = SyntheticScheduler(build_fleet(3, 1), 2, Nobody(), tasks_per_second=0)
    reported: list[float] = []
    for moment in (0.0, 1.04, 2.01, 5.4, 5.41, 5.9, 6.02, 7.0):
        before = scheduler.stats()["frames"].get("stateScheduler", 0)
        scheduler.step(moment)
        if scheduler.stats()["frames"]["stateScheduler"] > before:
            reported.append(moment)
    assert reported == [0.0, 1.04, 2.01, 5.4, 6.02, 7.0]
