"""A scheduler without reports is called silent only while nothing arrives from it."""

from __future__ import annotations

import pytest
from tests.collector.test_clock import Clocks, receive, status_of
from tests.collector.test_watch import STATE, StillFeed, report, watch_of

from scaler_monitor.collector.traffic import LATELY_SECONDS, Traffic
from scaler_monitor.wire.feed import FeedCounters

SLOW = "bytes come, but no whole message yet: a slow network, or a huge report"
PASSED_OVER = "bytes come, but the last message was passed over: too long, or no room for it"


@pytest.mark.parametrize(
    ("bytes_more", "frames_more", "shed_more", "problem"),
    [
        (0, 0, 0, ""),
        (1000, 0, 0, SLOW),
        (1000, 1, 0, "messages come, but no report is among them"),
        (1000, 0, 1, PASSED_OVER),
        (1000, 1, 1, "messages come, but no report is among them"),
    ],
)
def test_traffic_without_a_report_is_described(
    bytes_more: int, frames_more: int, shed_more: int, problem: str
) -> None:
    clocks, feed = Clocks(), StillFeed()
    watch = watch_of(feed, clocks.clock)
    for _ in range(5):
        clocks.go_on(1)
        receive(watch, clocks, report())
    assert status_of(watch).problem == ""
    for _ in range(20):
        clocks.go_on(1)
        before = feed.counters
        feed.counters = FeedCounters(
            before.message_bytes + bytes_more,
            before.frames + frames_more,
            before.oversized,
            0,
            shed=before.shed + shed_more,
        )
        watch.tick()
    status = status_of(watch)
    assert (status.word, status.problem, status.connected) == ("STALE", problem, STATE.phase == "connected")


@pytest.mark.parametrize("skipped", [{"shed": 1}, {"oversized": 1}])
def test_a_skipped_message_is_not_called_slow_until_another_arrived(
    skipped: dict[str, int],
) -> None:
    """However slowly it arrives, it is skipped."""
    traffic, counters = Traffic(), FeedCounters(1000, 1, 0, 0)
    traffic.update(counters, 0.0)
    counters = counters._replace(message_bytes=2000, **skipped)
    traffic.update(counters, 10.0)
    for now in range(11, 20):
        counters = counters._replace(message_bytes=counters.message_bytes + 1)
        traffic.update(counters, now)
        assert traffic.describe(now) == PASSED_OVER
    counters = counters._replace(message_bytes=3000, frames=2)
    traffic.update(counters, 20.0)
    counters = counters._replace(message_bytes=3001)
    traffic.update(counters, 21.0 + LATELY_SECONDS)
    assert traffic.describe(21.0 + LATELY_SECONDS) == SLOW
