"""A ZMTP scheduler's stream: greeted and subscribed to once, then only the scheduler speaks."""

from __future__ import annotations

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.problem import ConnectionProblem, try_monitor_port
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.zmtp_stream import COMMAND, ZmtpStream

_SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
_VERSION = (3, 0)
_MECHANISM = slice(12, 32)
GREETING_BYTES = 64
_GREETING = (_SIGNATURE + bytes(_VERSION) + b"NULL").ljust(GREETING_BYTES, b"\0")
"""Asks for no security, as ZeroMQ does unless told otherwise."""

_SOCKET_TYPE = b"Socket-Type"
_READY, _ERROR, _PING, _PONG = b"\x05READY", b"\x05ERROR", b"\x04PING", b"\x04PONG"
_PING_CONTEXT = len(_PING) + 2  # behind the two bytes of its time to live
_PUBLISHERS = (b"PUB", b"XPUB")
_SUBSCRIBE_TO_ALL = b"\x00\x01\x01"
"""A message of one byte: in version 3.0 a 1 and the beginning of what is wanted, here anything."""


class ZmtpConversation(Conversation):
    """What a scheduler that greets with ZMTP's signature goes on to say."""

    _cutter: ZmtpStream

    def __init__(self, destination: Destination, stream: ByteStream) -> None:
        super().__init__(destination, stream, ZmtpStream(destination.frame_limit, destination.crowded), "zmq")

    def read(self, frames: list[bytes]) -> bool:
        came = super().read(frames)
        if self._cutter.commands:
            self._answer_ping()
        return came

    def greet(self, first: bytes) -> Steps[None]:
        """Answer the scheduler's greeting, of which `first` has come, and subscribe to everything.

        Raises `ConnectionProblem` or `OSError`.
        """
        self._stream.send(_GREETING)
        self._greeting_bytes += len(first)
        deadline = self._deadline()
        said = yield from self._hear(first, GREETING_BYTES, deadline)
        if said[10] < _VERSION[0]:
            raise ConnectionProblem(f"{self._address}: a ZeroMQ older than any scheduler's answers there")
        mechanism = said[_MECHANISM].rstrip(b"\0")
        if mechanism != b"NULL":
            raise ConnectionProblem(
                f"{self._address}: a ZeroMQ socket answers that demands {mechanism.decode('latin-1')}, "
                f"which no scheduler does: {try_monitor_port(self._address)}"
            )
        yield from self._hear_ready(said[GREETING_BYTES:], deadline)
        self._stream.send(_command(_READY + _property(_SOCKET_TYPE, b"SUB")) + _SUBSCRIBE_TO_ALL)

    def _hear_ready(self, said: bytes, deadline: Deadline) -> Steps[None]:
        """Hear that the other side is a publisher; only then is anything more said to it.

        ZeroMQ says no message before it is subscribed to: who does is something else. Raises
        `ConnectionProblem` or `OSError`.
        """
        early: list[bytes] = []
        self._cut(said, early)
        while not (self._cutter.commands or self._cutter.message_bytes):
            self._cut((yield from self._hear(b"", 1, deadline)), early)
        if self._cutter.message_bytes:
            raise self._broken("a message came before it was asked for")
        told = self._cutter.commands.pop(0)
        if told.startswith(_ERROR):
            reason = told[len(_ERROR) + 1 :].decode("latin-1")
            raise ConnectionProblem(f"{self._address}: the ZeroMQ socket there refuses: {reason}")
        if _property_of(told.removeprefix(_READY), _SOCKET_TYPE) not in _PUBLISHERS:
            raise ConnectionProblem(
                f"{self._address}: a ZeroMQ socket answers that does not publish: "
                f"{try_monitor_port(self._address)}",
                broken_stream=True,
            )

    def _answer_ping(self) -> None:
        """Answer the last of the pings that came together: a sign of life is all that they ask for."""
        pings = [each for each in self._cutter.commands if each.startswith(_PING)]
        self._cutter.commands.clear()
        if pings:
            self._stream.send(_command(_PONG + pings[-1][_PING_CONTEXT:][:16]))


def _command(body: bytes) -> bytes:
    return bytes((COMMAND, len(body))) + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + len(value).to_bytes(4, "big") + value


def _property_of(properties: bytes, wanted: bytes) -> bytes:
    """Return the value of one of a command's properties; b"" where it is not told. Names have no case."""
    while properties:
        name_end = 1 + properties[0]
        value_at = name_end + 4
        end = value_at + int.from_bytes(properties[name_end:value_at], "big")
        if properties[1:name_end].lower() == wanted.lower():
            return properties[value_at:end]
        properties = properties[end:]
    return b""
