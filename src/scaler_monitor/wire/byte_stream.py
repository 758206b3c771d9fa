"""A connected stream of bytes, plain or inside TLS, read in large chunks and never blocking."""

from __future__ import annotations

import socket
import ssl
import time
from typing import Protocol

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.destination import Patience
from scaler_monitor.wire.dial import dial
from scaler_monitor.wire.first_bytes import recognise
from scaler_monitor.wire.problem import ConnectionProblem
from scaler_monitor.wire.waiting import Steps, Wait

CHUNK_BYTES = 1 << 18


class ByteStream(Protocol):
    """What every YMQ transport comes down to."""

    @property
    def fileno(self) -> int:
        """What to wait for before the next `receive`."""

    @property
    def peer(self) -> str:
        """Number and port of the other side, for an internet address; raises `OSError` when it has gone."""

    def receive(self) -> bytes | None:
        """Return what has come, None when nothing has, b"" when the other side has closed."""

    def send(self, data: bytes) -> None:
        """Send a few bytes: a greeting, an answer. Raises `OSError`."""

    def close(self) -> None:
        """Close the connection."""


class SocketStream:
    """A TCP or Unix stream, or TLS around one."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._buffer = bytearray(CHUNK_BYTES)
        self._view = memoryview(self._buffer)

    @property
    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def peer(self) -> str:
        """Number and port it is connected to: of a host with several addresses, the one that answered."""
        host, port = self._stream.getpeername()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def receive(self) -> bytes | None:
        try:
            count = self._stream.recv_into(self._buffer)
        except (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return b""
        return bytes(self._view[:count])

    def send(self, data: bytes) -> None:
        self._stream.sendall(data)  # far less than a fresh socket's buffer, so it never blocks

    def close(self) -> None:
        self._stream.close()


def open_plain(address: Address, patience: Patience) -> Steps[SocketStream]:
    """Connect for `tcp` and `ipc`."""
    return SocketStream((yield from dial(address, patience)))


def refuse_plain_speaker(stream: socket.socket, address: Address, patience: Patience) -> Steps[None]:
    """Raise `ConnectionProblem` if the other side speaks first: only a plain scheduler does.

    Speaking to it anyway would cost an ERROR line in its log at every attempt.
    """
    if not (yield Wait(time.monotonic() + patience.speaks_first, readable=(stream.fileno(),))):
        return
    first = stream.recv(16, socket.MSG_PEEK)
    if not first:
        raise ConnectionProblem(f"{address}: the other side closed the connection at once")
    recognise(first, address)  # raises what a stranger deserves
    raise ConnectionProblem(
        f"{address}: a plain scheduler answers there: try {address._replace(scheme='tcp', path='')}"
    )
