"""The problem shown until the first message has arrived, and how often the connection is polled meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from tests.transport.conftest import STEADY, Reading
from tests.transport.hostile import Hostile, Speech, filling, ymq

from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.first_frame_timer import FirstFrameTimer
from scaler_monitor.wire.frame_limits import LARGE_FRAME
from scaler_monitor.wire.problem import NO_ROOM
from scaler_monitor.wire.waiting import Wait, Waker

ADDRESS = parse_address("tcp://127.0.0.1:1")

Follow = Callable[..., Reading]
Stand = Callable[..., Hostile]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Wait]:
    """The waits of a feed, in order."""
    begun: list[Wait] = []
    wait = Waker.wait

    def note(waker: Waker, wanted: Wait, limit: float) -> bool:
        begun.append(wanted)
        return wait(waker, wanted, limit)

    monkeypatch.setattr(Waker, "wait", note)
    return begun


def test_a_skipped_first_message_causes_no_busy_loop(stand: Stand, follow: Follow, waits: list[Wait]) -> None:
    hostile = stand("tcp", lambda: iter([ymq(2000), bytes(2000)]))
    timeouts = STEADY._replace(first_frame=0.1, probe_after=60.0)
    reading = follow(hostile.address, frame_limit=1000, timeouts=timeouts)
    reading.until(lambda: "was skipped" in reading.feed.state.problem)
    time.sleep(0.2)
    waits.clear()
    time.sleep(1)
    assert len(waits) < 50  # `Reading` has the feed wait 20 times a second
    assert "was skipped" in reading.feed.state.problem


def test_a_first_message_dropped_for_memory_is_not_called_stuck(
    stand: Stand, follow: Follow, waits: list[Wait]
) -> None:
    goes_on = threading.Event()

    def speech() -> Speech:
        yield ymq(2 * LARGE_FRAME)
        yield from filling(2 * LARGE_FRAME)
        goes_on.wait(60)
        yield ymq(4) + b"next"

    timeouts = STEADY._replace(first_frame=0.1, probe_after=60.0)
    reading = follow(stand("tcp", speech).address, timeouts=timeouts, memory_full=lambda: True)
    reading.until(lambda: NO_ROOM in reading.feed.state.problem)
    time.sleep(0.5)
    waits.clear()
    time.sleep(1)
    assert len(waits) < 50
    assert NO_ROOM in reading.feed.state.problem
    assert not any("of its first message only" in state.problem for state in reading.states)
    goes_on.set()
    reading.until_total(1)
    reading.until(lambda: reading.feed.state.problem == "")
    assert (reading.feed.counters.shed, reading.feed.counters.oversized) == (1, 0)


@pytest.mark.parametrize("size", [0, 100])
def test_no_further_check_after_a_more_specific_problem(size: int) -> None:
    opening = FirstFrameTimer(ADDRESS, 5.0, 0.0)
    opening.add_bytes(size, 1.0)
    now = opening.next_check
    assert opening.explain(now, "another") == "another"
    assert opening.next_check > now
    assert opening.explain(now + 1, "another") == "another"


def test_a_slow_message_is_reported_again_after_another_problem() -> None:
    opening = FirstFrameTimer(ADDRESS, 5.0, 0.0)
    opening.explain(5.0, "another")
    opening.add_bytes(100, 6.0)
    assert "takes over 5 s to come" in opening.explain(6.0, "another")
    assert opening.next_check == 11.0
