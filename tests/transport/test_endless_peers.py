"""Peers that send endlessly but never what is expected: every timeout still applies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from tests.transport.conftest import STEADY, Reading
from tests.transport.hostile import PIECE, ZMTP_GREETING, Hostile, Speech, websocket
from tests.transport.servers import framed, problem

Follow = Callable[..., Reading]

PINGS = (websocket(10, 0x89) + bytes(10)) * 10_000

BROKEN = b"\xff\x00"
"""An invalid WebSocket frame."""


def dripping(data: bytes) -> Callable[[], Speech]:
    """Return a function that yields `data` one byte at a time, with pauses."""

    def speech() -> Speech:
        for at in range(len(data)):
            yield data[at : at + 1]
            time.sleep(0.05)

    return speech


@pytest.mark.parametrize(
    "greeting",
    [
        b"YMQ\x02" + (300).to_bytes(8, "little") + bytes(300),
        ZMTP_GREETING + b"\x06" + (3000).to_bytes(8, "big") + bytes(300),
    ],
    ids=["ymq", "zmtp"],
)
def test_a_slow_greeting_times_out(stand: Callable[..., Hostile], follow: Follow, greeting: bytes) -> None:
    reading = follow(stand("raw", dripping(greeting)).address)
    problem(reading, "came within 0.5 s, but no whole greeting", 5)


def test_a_websocket_that_only_pings_times_out(stand: Callable[..., Hostile], follow: Follow) -> None:
    def speech() -> Speech:
        while True:
            yield PINGS

    reading = follow(stand("ws", speech, greets=False).address)
    problem(reading, "no data came for 0.5 s", 20)


@pytest.mark.parametrize(
    ("kind", "flood"), [("ws", [PINGS]), ("tcp", [(1 << 39).to_bytes(8, "little"), PIECE])], ids=["ws", "tcp"]
)
def test_a_second_connection_without_a_message_is_closed(
    stand: Callable[..., Hostile], follow: Follow, kind: str, flood: list[bytes]
) -> None:
    """The first connection is idle meanwhile, and then continues."""
    let_go = threading.Event()
    said = iter((b"one", b"", b"never"))

    def speech() -> Speech:
        mine = next(said)
        if mine:
            yield spoken(kind, mine)
            let_go.wait(60)
            yield spoken(kind, b"two")
            return
        try:
            yield flood[0]
            while True:
                yield flood[-1]
        finally:
            let_go.set()

    timeouts = STEADY._replace(probe_duration=1.0)
    reading = follow(stand(kind, speech).address, timeouts=timeouts, frame_limit=1000)
    reading.until_total(1)
    assert let_go.wait(20)
    reading.until_total(2)
    assert reading.frames == [b"one", b"two"]
    assert reading.longest_read < 1


def test_a_broken_second_connection_is_detected_without_waiting(
    stand: Callable[..., Hostile], follow: Follow
) -> None:
    """The stream breaks after some data: nothing more arrives, and the socket is not readable."""
    begun = framed(b"never")[:-1]
    said = iter((spoken("ws", b"one"), websocket(len(begun)) + begun + BROKEN))

    def speech() -> Speech:
        yield next(said, b"")

    reading = follow(stand("ws", speech).address, timeouts=STEADY._replace(probe_duration=60.0))
    reading.until_total(1)
    problem(reading, "a new connection fails", 20)
    assert reading.frames == [b"one"]


def spoken(kind: str, payload: bytes) -> bytes:
    message = framed(payload)
    return websocket(len(message)) + message if kind == "ws" else message
