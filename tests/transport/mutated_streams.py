"""Corrupted byte streams of schedulers, and a reader for them without a network."""

from __future__ import annotations

import random
import time
import tracemalloc
from typing import Any

from tests.frames.corpus import RELEASES, read_frames
from tests.transport.hostile import MORE, ZMTP_GREETING, ZMTP_READY, zmtp
from tests.wire.mutations import cut, flip_bits, mutate, overwrite_bytes
from websockets.http11 import Request
from websockets.server import ServerProtocol

from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.connector import Connector
from scaler_monitor.wire.destination import Destination, Timeouts
from scaler_monitor.wire.problem import ConnectionProblem
from scaler_monitor.wire.protocol_detection import YMQ_GREETING
from scaler_monitor.wire.waiting import Steps
from scaler_monitor.wire.websocket_stream import WebsocketStream
from scaler_monitor.wire.ymq_connection import YmqConnection
from scaler_monitor.wire.zmtp_connection import ZmtpConnection

LIMIT = 1 << 16
CPU_SECONDS = 2.0
MEMORY_FACTOR = 40
MEMORY_BASE = 6 << 20
CORPUS = [frame for version in RELEASES for frame in read_frames(version) if len(frame) < 4096]
OTHERS = (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n", b"\x16\x03\x01\x00\x02\x02\x28")


class FakePeer:
    """The scheduler's side of a connection: sends some bytes in pieces, then closes."""

    fileno = -1

    def __init__(self, said: bytes, dice: random.Random) -> None:
        self.heard = b""
        self._said = said
        self._dice = dice

    def receive(self) -> bytes | None:
        size = self._dice.choice((1, 3, 8, 100, 5000, 1 << 18))
        piece, self._said = self._said[:size], self._said[size:]
        return piece

    def say(self, more: bytes) -> None:
        self._said += more

    def send(self, data: bytes) -> None:
        self.heard += data

    def close(self) -> None: ...


class Publisher(FakePeer):
    """A ZeroMQ publisher: it sends no message before the subscription."""

    def __init__(self, opening: bytes, messages: bytes, dice: random.Random) -> None:
        super().__init__(opening, dice)
        self._messages = messages

    def send(self, data: bytes) -> None:
        super().send(data)
        if b"Socket-Type" in self.heard:
            self.say(self._messages)
            self._messages = b""


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(8, "little") + payload


def corrupted(said: bytes, dice: random.Random) -> bytes:
    """Return `said` with random corruption, or unchanged."""
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        if said:
            said = dice.choice((cut, flip_bits, flip_bits, overwrite_bytes))(said, dice)
    return said


def server_bytes(dice: random.Random) -> bytes:
    """Return a YMQ stream: greeting, name, recorded frames, some of them corrupted, and wrong lengths."""
    parts = [b"YMQ" + bytes((dice.choice((1, 2)),)), framed(b"1|binder|name")]
    for _ in range(dice.randrange(5)):
        frame = dice.choice(CORPUS)
        parts.append(framed(mutate(frame, dice.randrange(2**64)) if dice.random() < 0.5 else frame))
        if dice.random() < 0.1:
            parts.append(dice.choice((0, LIMIT + 1, 1 << 39, 1 << 40, 2**64 - 1)).to_bytes(8, "little"))
    return b"".join(parts)


def zmtp_speech(dice: random.Random) -> bytes:
    """Return a ZeroMQ publisher's stream after the subscription: frames and pings, some corrupted."""
    parts = []
    for _ in range(dice.randrange(5)):
        frame = dice.choice(CORPUS)
        frame = mutate(frame, dice.randrange(2**64)) if dice.random() < 0.5 else frame
        parts.append(zmtp(len(frame), dice.choice((0, 0, MORE))) + frame)
        if dice.random() < 0.2:
            parts.append(b"\x04\x0b\x04PING\x00\x00abcd")
        if dice.random() < 0.1:
            parts.append(zmtp(dice.choice((0, LIMIT + 1, 1 << 39, 1 << 40, 2**64 - 1))))
    return b"".join(parts)


def hear(stream: Any, address: str, frames: list[bytes]) -> None:
    """Read a stream as the feed does, into `frames`. Raises `ConnectionProblem` at its end."""
    destination = Destination(parse_address(address), None, LIMIT, "test", Timeouts())
    wire, first = finished(Connector(destination)._detect(stream))
    connection: YmqConnection | ZmtpConnection
    if wire == "ymq":
        connection = YmqConnection(destination, stream, first[YMQ_GREETING - 1])
        finished(connection.handshake(first, destination))
    else:
        connection = ZmtpConnection(destination, stream)
        finished(connection.handshake(first))
    while connection.read(frames):
        pass


def receive_websocket(said: bytes, dice: random.Random, frames: list[bytes]) -> None:
    """Read `said` from a WebSocket server, in frames that may be corrupted."""
    address = parse_address("ws://127.0.0.1:6380")
    inner = UpgradingServer(said, dice)
    stream = WebsocketStream(inner, address)  # type: ignore[arg-type]
    finished(stream.handshake(Timeouts()))
    hear(stream, str(address), frames)


class UpgradingServer(FakePeer):
    """Answers a WebSocket upgrade with the websockets library, then sends its bytes in binary frames."""

    def __init__(self, server_bytes: bytes, dice: random.Random) -> None:
        super().__init__(b"", dice)
        self._speech: bytes | None = server_bytes
        self._protocol = ServerProtocol()

    def send(self, data: bytes) -> None:
        if self._speech is None:
            return  # pongs, a greeting, a close
        said, self._speech = self._speech, None
        server, dice = self._protocol, self._dice
        server.receive_data(data)
        (request,) = server.events_received()
        assert isinstance(request, Request)
        server.send_response(server.accept(request))
        upgrade = b"".join(server.data_to_send())
        for at in range(0, len(said), 997):
            server.send_binary(said[at : at + 997])
            if dice.random() < 0.1:
                server.send_ping(b"there?")
        if dice.random() < 0.3:
            server.send_close(1001, "leaving")
        self.say(corrupted(upgrade, dice) if dice.random() < 0.2 else upgrade)
        self.say(corrupted(b"".join(server.data_to_send()), dice))


def finished(steps: Steps[Any]) -> Any:
    """Run steps to their end; return their result."""
    try:
        next(steps)
        while True:
            steps.send(True)
    except StopIteration as over:
        return over.value


def try_seed(seed: int) -> tuple[str, int, str]:
    """Test one stream, generated from a seed, on one transport: result, printable reason, and cost."""
    dice = random.Random(seed)
    kind = dice.choice(("plain", "websocket", "zmtp", "stranger"))
    if kind == "stranger":
        said = dice.choice(OTHERS)
    else:
        said = zmtp_speech(dice) if kind == "zmtp" else server_bytes(dice)
    tracemalloc.reset_peak()
    before, started = tracemalloc.get_traced_memory()[0], time.process_time()
    frames: list[bytes] = []
    reason = ""
    try:
        if kind == "websocket":
            receive_websocket(said, dice, frames)
        elif kind == "zmtp":
            opening = ZMTP_GREETING + ZMTP_READY
            if dice.random() < 0.3:
                opening = corrupted(opening, dice)
            hear(Publisher(opening, corrupted(said, dice), dice), "tcp://127.0.0.1:6380", frames)
        else:
            hear(FakePeer(corrupted(said, dice), dice), "tcp://127.0.0.1:6380", frames)
    except ConnectionProblem as problem:
        reason = str(problem)
    assert reason.isprintable(), repr(reason)
    assert len(reason) < 700
    peak = tracemalloc.get_traced_memory()[1] - before
    assert peak <= MEMORY_BASE + MEMORY_FACTOR * len(said), f"{peak} bytes for {len(said)}"
    assert time.process_time() - started < CPU_SECONDS
    assert all(len(frame) <= LIMIT for frame in frames)
    return kind, len(frames), reason
