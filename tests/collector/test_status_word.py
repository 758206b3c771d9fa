"""The status word in all situations."""

from scaler_monitor.collector.status_word import StatusWord
from scaler_monitor.wire.feed import FeedState

UP = FeedState("connected", "ymq", 2, 0.0, 1, "")


def reported(*times: float) -> StatusWord:
    word = StatusWord(0.0)
    for time in times:
        word.event_arrived(1)
        word.report_arrived(1, time)
    return word


def test_connecting_until_an_event_arrives() -> None:
    word = StatusWord(0.0)
    assert word.update(UP._replace(phase="connecting", connects=0), 1.0) == "CONNECTING"
    assert word.update(UP, 2.0) == "CONNECTING"
    word.event_arrived(1)
    assert word.update(UP, 3.0) == "LIVE"
    assert word.since == 3.0


def test_stale_after_five_intervals() -> None:
    word = reported(*range(10))
    assert word.update(UP, 13.9) == "LIVE"
    assert word.update(UP, 14.1) == "STALE"


def test_a_quiet_scheduler_is_live_between_its_reports() -> None:
    assert reported(0.0).update(UP, 29.0) == "LIVE"
    word = reported(0.0, 30.0, 60.0)
    assert word.update(UP, 200.0) == "LIVE"
    assert word.update(UP, 211.0) == "STALE"


def test_a_scheduler_without_greeting_is_stale_even_with_a_recent_report() -> None:
    word = reported(0.0)
    assert word.update(UP._replace(problem="not greeted"), 8.0) == "STALE"
    assert word.update(UP, 9.0) == "LIVE"


def test_disconnected_after_a_connection_and_the_gap_is_no_interval() -> None:
    word = reported(0.0, 1.0)
    assert word.update(UP._replace(phase="connecting"), 2.0) == "DISCONNECTED"
    again = UP._replace(connects=2)
    assert word.update(again, 100.0) == "CONNECTING"
    word.event_arrived(2)
    word.report_arrived(2, 100.0)
    assert word.report_interval == 1.0
    assert word.update(again, 100.5) == "LIVE"
