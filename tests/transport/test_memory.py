"""Whatever a server sends, the monitor never needs more memory than for one frame within the limit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.transport.conftest import STEADY, Reading
from tests.transport.hostile import (
    BINARY,
    CONTINUATION,
    FINAL,
    MIB,
    MORE,
    YMQ_GREETING,
    Hostile,
    Speech,
    filling,
    websocket,
    ymq,
    zmtp,
)

READ_ALONE = Path(__file__).with_name("read_alone.py")
HUGE = 250 * MIB
"""Several times the limit of a frame."""
LARGE = 45 * MIB
"""Within the limit."""

Stand = Callable[..., Hostile]
Follow = Callable[..., Reading]


def read_alone(address: str, idle_seconds: float = 0.0) -> dict[str, Any]:
    """Return peak memory and received frames of a process that reads the address until b"good"."""
    command = [sys.executable, str(READ_ALONE), address, str(idle_seconds)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    print(told)
    return dict(json.loads(told))


def good(kind: str) -> bytes:
    """Return a valid frame, encoded for that kind of connection."""
    if kind == "zmq":
        return zmtp(4) + b"good"
    said = ymq(4) + b"good"
    return websocket(len(said)) + said if kind in ("ws", "wss") else said


def oversized(kind: str) -> Speech:
    """One message of 250 MB."""
    if kind in ("ws", "wss"):
        yield websocket(HUGE + 8)
    yield zmtp(HUGE) if kind == "zmq" else ymq(HUGE)
    yield from filling(HUGE)
    yield good(kind)


@pytest.mark.parametrize("kind", ["tcp", "zmq", "tls", "ws", "wss"])
def test_an_oversized_message_is_skipped_while_it_streams_in(kind: str, stand: Stand) -> None:
    told = read_alone(stand(kind, lambda: oversized(kind)).address)
    assert told["good"]
    assert told["sizes"] == [4]
    assert (told["oversized"], told["broken"]) == (1, 0)
    assert told["grown"] < 20 * MIB


@pytest.mark.parametrize("kind", ["tcp", "zmq", "ws"])
def test_an_oversized_message_is_reported_until_the_next_one(kind: str, stand: Stand, follow: Follow) -> None:
    said = zmtp(MIB) if kind == "zmq" else ymq(MIB)
    said = websocket(len(said)) + said if kind == "ws" else said
    more = websocket(MIB) if kind == "ws" else b""
    hostile = stand(kind, lambda: iter([said, more, bytes(MIB)]))
    reading = follow(hostile.address, frame_limit=1000, timeouts=STEADY)
    reading.until(lambda: "a message of 1.0 MiB was skipped" in reading.feed.state.problem)
    assert reading.feed.counters.oversized == 1


@pytest.mark.parametrize("kind", ["tcp", "zmq", "tls", "ws"])
def test_an_endless_message_does_not_block(kind: str, stand: Stand, follow: Follow) -> None:
    size = 1 << 39

    def speech() -> Speech:
        if kind == "ws":
            yield websocket(size + 8)
        yield zmtp(size) if kind == "zmq" else ymq(size)
        yield from filling(size)

    reading = follow(stand(kind, speech).address, timeouts=STEADY)
    reading.until(lambda: "was skipped" in reading.feed.state.problem)
    reading.stop()


def test_an_oversized_message_in_many_websocket_frames(stand: Stand) -> None:
    def speech() -> Speech:
        yield websocket(8, BINARY) + ymq(HUGE)
        for _ in range(HUGE // MIB):
            yield websocket(MIB, CONTINUATION)
            yield from filling(MIB)
        yield websocket(0, FINAL | CONTINUATION)
        yield good("ws")

    told = read_alone(stand("ws", speech).address)
    assert told["good"]
    assert told["oversized"] == 1
    assert told["grown"] < 20 * MIB


def test_tls_records_of_one_byte(stand: Stand) -> None:
    size = 200_000

    def speech() -> Speech:
        yield ymq(size)
        for _ in range(size // 50_000):
            yield bytes(50_000)
        yield good("tls")

    told = read_alone(stand("tls", speech, record_bytes=1).address)
    assert told["sizes"] == [size, 4]
    assert told["grown"] < 5 * MIB


def test_websocket_frames_of_one_byte(stand: Stand) -> None:
    size = MIB

    def speech() -> Speech:
        yield websocket(8) + ymq(size)
        yield (websocket(1) + b"x") * size
        yield good("ws")

    told = read_alone(stand("ws", speech).address)
    assert told["sizes"] == [size, 4]
    assert told["grown"] < 12 * MIB


def many_large(kind: str, flags: int = 0) -> Speech:
    for _ in range(5):
        yield zmtp(LARGE, flags) if kind == "zmq" else ymq(LARGE)
        yield from filling(LARGE)
    yield good(kind)


@pytest.mark.parametrize("kind", ["tcp", "zmq"])
def test_large_messages_are_not_queued_for_a_busy_reader(kind: str, stand: Stand) -> None:
    told = read_alone(stand(kind, lambda: many_large(kind)).address, idle_seconds=1.5)
    assert told["sizes"] == [*[LARGE] * 5, 4]
    assert told["grown"] < 3 * LARGE // 2


def test_parts_of_an_endless_message_are_not_buffered(stand: Stand) -> None:
    """Each part is a separate frame; the ZeroMQ library would buffer all of them."""
    told = read_alone(stand("zmq", lambda: many_large("zmq", MORE)).address)
    assert told["sizes"] == [*[LARGE] * 5, 4]
    assert told["grown"] < 3 * LARGE // 2


@pytest.mark.parametrize("size", [60 * MIB, 1 << 63])
def test_a_scheduler_name_that_is_too_long(size: int, stand: Stand, follow: Follow) -> None:
    hostile = stand("raw", lambda: iter([YMQ_GREETING[:4], ymq(size), bytes(MIB)]))
    reading = follow(hostile.address, timeouts=STEADY)
    reading.until(lambda: any(f"a name of {size} bytes" in state.problem for state in reading.states))


@pytest.mark.parametrize("said", [b"YM", YMQ_GREETING[:9], b"\xff" + bytes(8) + b"\x7f\x03"])
def test_an_incomplete_greeting_is_not_reported_as_no_data(said: bytes, stand: Stand, follow: Follow) -> None:
    reading = follow(stand("raw", lambda: iter([said])).address)
    reading.until(lambda: any("no whole greeting" in state.problem for state in reading.states))


def test_an_oversized_command_is_not_buffered(stand: Stand, follow: Follow) -> None:
    def speech() -> Speech:
        yield b"\x06" + (60 * MIB).to_bytes(8, "big")
        yield from filling(MIB)

    reading = follow(stand("zmq", speech).address, timeouts=STEADY)
    reading.until(lambda: any("a command of" in state.problem for state in reading.states))


def test_endless_http_headers(stand: Stand, follow: Follow) -> None:
    def speech() -> Speech:
        yield b"HTTP/1.1 101 Switching Protocols\r\n"
        while True:
            yield b"X-Header: " + b"x" * 1000 + b"\r\n"

    reading = follow(stand("http", speech).address, timeouts=STEADY)
    reading.until(lambda: any("a web server answers" in state.problem for state in reading.states))


@pytest.mark.parametrize("kind", ["ws", "wss"])
@pytest.mark.parametrize("frame", [websocket(0), websocket(0, 0x89)], ids=["empty", "ping"])
def test_endless_empty_websocket_frames_do_not_block(
    kind: str, frame: bytes, stand: Stand, follow: Follow
) -> None:
    """They arrive faster than they are read: a read keeps its timeout, and the feed can be closed."""

    def speech() -> Speech:
        yield good(kind)
        while True:
            yield frame * (MIB // 2)

    reading = follow(stand(kind, speech).address, timeouts=STEADY)
    reading.until_total(1)
    reading.stop()


def test_zmtp_pings_are_answered(stand: Stand, follow: Follow) -> None:
    hostile = stand("zmq", lambda: iter([b"\x04\x0b\x04PING\x00\x00abcd", good("zmq")]))
    reading = follow(hostile.address, timeouts=STEADY)
    reading.until(lambda: b"\x04\x09\x04PONGabcd" in hostile.heard)


def test_websocket_pings_are_answered(stand: Stand, follow: Follow) -> None:
    hostile = stand("ws", lambda: iter([websocket(4, FINAL | 9) + b"abcd", good("ws")]))
    reading = follow(hostile.address, timeouts=STEADY)
    reading.until(lambda: b"\x8a\x84" in hostile.heard)


def test_compression_is_not_offered_and_not_accepted(stand: Stand, follow: Follow) -> None:
    """A few compressed bytes could expand to any size."""
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: x\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    )
    hostile = stand("http", lambda: iter([answer]))
    reading = follow(hostile.address, timeouts=STEADY)
    reading.until(lambda: any("no scheduler" in state.problem for state in reading.states))
    assert b"permessage-deflate" not in hostile.request


def test_a_compressed_frame_is_rejected(stand: Stand, follow: Follow) -> None:
    reading = follow(stand("ws", lambda: iter([b"\xc2\x02\x00\x00"])).address, timeouts=STEADY)
    reading.until(lambda: any("WebSocket stream is broken" in state.problem for state in reading.states))
