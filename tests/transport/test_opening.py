"""What is told of a connection until its first message has come, and how often it is looked at meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.transport.conftest import STEADY, Reading
from tests.transport.hostile import Hostile, ymq

from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.opening import Opening
from scaler_monitor.wire.waiting import Wait, Waker

ADDRESS = parse_address("tcp://127.0.0.1:1")

Follow = Callable[..., Reading]
Stand = Callable[..., Hostile]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Wait]:
    """Each wait of a feed, as it begins."""
    begun: list[Wait] = []
    wait = Waker.wait

    def note(waker: Waker, wanted: Wait, limit: float) -> bool:
        begun.append(wanted)
        return wait(waker, wanted, limit)

    monkeypatch.setattr(Waker, "wait", note)
    return begun


def test_silence_behind_a_first_message_that_is_skipped_is_waited_for(
    stand: Stand, follow: Follow, waits: list[Wait]
) -> None:
    hostile = stand("tcp", lambda: iter([ymq(2000), bytes(2000)]))
    patience = STEADY._replace(first_frame=0.1, probe_after=60.0)
    reading = follow(hostile.address, frame_limit=1000, patience=patience)
    reading.until(lambda: "was skipped" in reading.feed.state.problem)
    time.sleep(0.2)
    waits.clear()
    time.sleep(1)
    assert len(waits) < 50  # `Reading` has the feed wait 20 times a second
    assert "was skipped" in reading.feed.state.problem


@pytest.mark.parametrize("size", [0, 100])
def test_nothing_more_is_due_once_another_problem_was_left_to_stand(size: int) -> None:
    opening = Opening(ADDRESS, 5.0, 0.0)
    opening.heard(size, 1.0)
    now = opening.due
    assert opening.explain(now, "another") == "another"
    assert opening.due > now
    assert opening.explain(now + 1, "another") == "another"


def test_a_slow_message_is_told_again_behind_another_problem() -> None:
    opening = Opening(ADDRESS, 5.0, 0.0)
    opening.explain(5.0, "another")
    opening.heard(100, 6.0)
    assert "takes over 5 s to come" in opening.explain(6.0, "another")
    assert opening.due == 11.0
