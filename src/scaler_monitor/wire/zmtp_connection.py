"""A connection to a ZMTP scheduler: handshake, one subscription, then only the scheduler sends."""

from __future__ import annotations

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.problem import ConnectionProblem, try_monitor_port
from scaler_monitor.wire.scheduler_connection import SchedulerConnection
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.zmtp_frames import COMMAND, ZmtpFrameSplitter

_SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
_VERSION = (3, 0)
_MECHANISM = slice(12, 32)
GREETING_BYTES = 64
_GREETING = (_SIGNATURE + bytes(_VERSION) + b"NULL").ljust(GREETING_BYTES, b"\0")
"""Mechanism NULL: no security, the default of ZeroMQ."""

_SOCKET_TYPE = b"Socket-Type"
_READY, _ERROR, _PING, _PONG = b"\x05READY", b"\x05ERROR", b"\x04PING", b"\x04PONG"
_PING_CONTEXT = len(_PING) + 2  # follows the two bytes of the time to live
_PUBLISHERS = (b"PUB", b"XPUB")
_SUBSCRIBE_TO_ALL = b"\x00\x01\x01"
"""A ZMTP 3.0 subscription is a message of the byte 1 and a topic prefix, here an empty one."""


class ZmtpConnection(SchedulerConnection):
    """A connection that begins with ZMTP's signature."""

    _splitter: ZmtpFrameSplitter

    def __init__(self, destination: Destination, stream: ByteStream) -> None:
        super().__init__(
            destination, stream, ZmtpFrameSplitter(destination.frame_limit, destination.memory_full), "zmq"
        )

    def read(self, frames: list[bytes]) -> bool:
        received = super().read(frames)
        if self._splitter.commands:
            self._answer_ping()
        return received

    def handshake(self, first: bytes) -> Steps[None]:
        """Answer the scheduler's greeting, whose first bytes are `first`, and subscribe to everything.

        Raises `ConnectionProblem` or `OSError`.
        """
        self._stream.send(_GREETING)
        self._handshake_bytes += len(first)
        deadline = self._deadline()
        received = yield from self._read_until(first, GREETING_BYTES, deadline)
        if received[10] < _VERSION[0]:
            raise ConnectionProblem(f"{self._address}: a ZeroMQ older than any scheduler's answers there")
        mechanism = received[_MECHANISM].rstrip(b"\0")
        if mechanism != b"NULL":
            raise ConnectionProblem(
                f"{self._address}: a ZeroMQ socket answers that demands {mechanism.decode('latin-1')}, "
                f"which no scheduler does: {try_monitor_port(self._address)}"
            )
        yield from self._read_ready(received[GREETING_BYTES:], deadline)
        self._stream.send(_command(_READY + _property(_SOCKET_TYPE, b"SUB")) + _SUBSCRIBE_TO_ALL)

    def _read_ready(self, received: bytes, deadline: Deadline) -> Steps[None]:
        """Read the READY command and check that the peer is a publisher; only then may more be sent.

        A ZeroMQ publisher sends no message before the subscription: a peer that does is something else.
        Raises `ConnectionProblem` or `OSError`.
        """
        early: list[bytes] = []
        self._split(received, early)
        while not (self._splitter.commands or self._splitter.message_bytes):
            self._split((yield from self._read_until(b"", 1, deadline)), early)
        if self._splitter.message_bytes:
            raise self._stream_error("a message came before the subscription")
        ready = self._splitter.commands.pop(0)
        if ready.startswith(_ERROR):
            reason = ready[len(_ERROR) + 1 :].decode("latin-1")
            raise ConnectionProblem(f"{self._address}: the ZeroMQ socket there refuses: {reason}")
        if _property_of(ready.removeprefix(_READY), _SOCKET_TYPE) not in _PUBLISHERS:
            raise ConnectionProblem(
                f"{self._address}: a ZeroMQ socket answers that does not publish: "
                f"{try_monitor_port(self._address)}",
                broken_stream=True,
            )

    def _answer_ping(self) -> None:
        """Answer the last of the received pings: one pong is enough to show that the monitor is alive."""
        pings = [each for each in self._splitter.commands if each.startswith(_PING)]
        self._splitter.commands.clear()
        if pings:
            self._stream.send(_command(_PONG + pings[-1][_PING_CONTEXT:][:16]))


def _command(body: bytes) -> bytes:
    return bytes((COMMAND, len(body))) + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + len(value).to_bytes(4, "big") + value


def _property_of(properties: bytes, wanted: bytes) -> bytes:
    """Return the value of one property of a command; b"" if it is absent. Names are case-insensitive."""
    while properties:
        name_end = 1 + properties[0]
        value_at = name_end + 4
        end = value_at + int.from_bytes(properties[name_end:value_at], "big")
        if properties[1:name_end].lower() == wanted.lower():
            return properties[value_at:end]
        properties = properties[end:]
    return b""
