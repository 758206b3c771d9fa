"""A scheduler that only pings is alive but stale; one that is sending a long message is not stale."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.collector.test_watch import report, watch_of
from tests.transport.conftest import STEADY, Reading
from tests.transport.hostile import Hostile, Speech, websocket
from tests.transport.servers import framed, problem
from tests.watched import until

from scaler_monitor.collector.clock import Clock
from scaler_monitor.protocol.page import Question, Status
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.scheduler_feed import open_feed

Follow = Callable[..., Reading]
Stand = Callable[..., Hostile]

PING = {"zmq": b"\x04\x07\x04PING\x00\x00", "ws": websocket(0, 0x89)}
both = pytest.mark.parametrize("kind", PING)


def message(kind: str, payload: bytes) -> bytes:
    """Return a complete message; on a WebSocket its last byte is in a separate frame."""
    if kind == "zmq":
        return b"\x02" + len(payload).to_bytes(8, "big") + payload
    said = framed(payload)
    return b"".join(websocket(len(part)) + part for part in (said[:-1], said[-1:]))


def pinging(kind: str, *before: bytes) -> Callable[[], Speech]:
    def speech() -> Speech:
        yield from before
        while True:
            time.sleep(0.05)
            yield PING[kind]

    return speech


@both
def test_pings_do_not_count_as_a_first_message(stand: Stand, follow: Follow, kind: str) -> None:
    hostile = stand(kind, pinging(kind))
    reading = follow(hostile.address, timeouts=STEADY._replace(probe_after=0.5))
    problem(reading, "greeted, but no report in 0 s: a long report interval")
    connections = hostile.connections
    time.sleep(1)
    assert hostile.connections == connections  # pings show that the connection is alive: no probe
    assert not any("first message" in state.problem for state in reading.states)
    assert reading.feed.counters.message_bytes == 0
    assert reading.feed.state.phase == "connected"


@both
def test_a_slow_first_message_between_pings(stand: Stand, follow: Follow, kind: str) -> None:
    """It is "slow" while bytes arrive, and "stuck" once only pings do."""

    def speech() -> Speech:
        said = message(kind, bytes(30))
        if kind == "ws":
            said = framed(bytes(30))
        for at in range(25):
            piece = said[at : at + 1]
            yield piece if kind == "zmq" else websocket(1) + piece + PING[kind]
            time.sleep(0.05)
        yield from pinging(kind)() if kind == "ws" else ()

    reading = follow(stand(kind, speech).address, timeouts=STEADY._replace(probe_after=0.5))
    problem(reading, "greeted, and its first message takes over 0.5 s to come")
    problem(reading, "greeted, but of its first message only 25 bytes came")


@both
def test_a_scheduler_that_only_pings_is_stale(stand: Stand, kind: str) -> None:
    """So is one whose message has stopped; one whose message continues is not."""
    goes_on: list[bool] = []
    big = message(kind, bytes(1 << 20))

    def speech() -> Speech:
        for _ in range(3):
            yield message(kind, report())
            time.sleep(0.2)
        while not goes_on:
            time.sleep(0.05)
            yield PING[kind]
        for at in range(len(big)):
            yield big[at : at + 1]
            time.sleep(0.05)

    late = [0.0]
    feed = open_feed(parse_address(stand(kind, speech).address))
    watch = watch_of(feed, Clock(time.time, lambda: time.monotonic() + late[0]))
    watch.start()

    def status() -> Status:
        return watch.answer(Question("test")).status

    try:
        until(lambda: status().frames == 3)
        late[0] = 100.0
        for _ in range(3):
            time.sleep(0.2)
            assert (status().word, status().problem) == ("STALE", "")
        goes_on.append(True)
        until(lambda: status().problem.startswith("bytes come, but no whole message yet"), 20)
    finally:
        watch.stop()
