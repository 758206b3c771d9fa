"""A scheduler of which no report comes is called silent only while nothing comes from it."""

from __future__ import annotations

import pytest
from tests.collector.test_clock import Clocks, hear, status_of
from tests.collector.test_watch import STATE, StillFeed, report

from scaler_monitor.collector.watch import Watch
from scaler_monitor.wire.feed import FeedCounters


@pytest.mark.parametrize(
    ("bytes_more", "frames_more", "problem"),
    [
        (0, 0, ""),
        (1000, 0, "bytes come, but no whole message yet: a slow network, or a huge report"),
        (1000, 1, "messages come, but no report is among them"),
    ],
)
def test_what_comes_instead_of_a_report_is_said(bytes_more: int, frames_more: int, problem: str) -> None:
    clocks, feed = Clocks(), StillFeed()
    watch = Watch("tcp://127.0.0.1:1", feed, clock=lambda: clocks.wall, steady=lambda: clocks.steady)
    for _ in range(5):
        clocks.go_on(1)
        hear(watch, clocks, report())
    assert status_of(watch).problem == ""
    for _ in range(20):
        clocks.go_on(1)
        before = feed.counters
        feed.counters = FeedCounters(
            before.message_bytes + bytes_more, before.frames + frames_more, before.oversized, 0
        )
        watch.tick()
    status = status_of(watch)
    assert (status.word, status.problem, status.connected) == ("STALE", problem, STATE.phase == "connected")
