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
LONGEST_RECORD = 1 << 14
"""Bytes. A TLS record is always received whole: of the rest of one, waiting for the socket would not tell."""
RECORDS_AT_ONCE = 256
"""A TLS socket hands out one record at a time, which may hold a single byte: so many become one chunk."""


class ByteStream(Protocol):
    """What every YMQ transport comes down to."""

    asides: int
    """What came so far that carries nothing, as the pings of a WebSocket: a sign of life."""

    @property
    def fileno(self) -> int:
        """What to wait for before the next `receive`."""

    def receive(self) -> bytes | None:
        """Return what has come, None when nothing has, b"" when the other side has closed."""

    def send(self, data: bytes) -> None:
        """Send a few bytes: a greeting, an answer. Raises `OSError`."""

    def close(self) -> None:
        """Close the connection."""


class SocketStream:
    """A TCP or Unix stream, or TLS around one."""

    def __init__(self, stream: socket.socket) -> None:
        self.asides = 0
        self._stream = stream
        self._view = memoryview(bytearray(CHUNK_BYTES))
        self._secure = isinstance(stream, ssl.SSLSocket)
        self._ended = False  # of a secure stream: the other side has closed it
        self._failure: OSError | None = None  # of a secure stream: behind what was received last

    @property
    def fileno(self) -> int:
        return self._stream.fileno()

    def receive(self) -> bytes | None:
        if not self._secure:
            count = self._receive_into(self._view)
            return None if count is None else bytes(self._view[:count])
        if self._failure is not None:
            raise self._failure
        come = 0
        for _ in range(RECORDS_AT_ONCE):
            if self._ended or come > CHUNK_BYTES - LONGEST_RECORD:
                break
            try:
                count = self._receive_into(self._view[come:])
            except OSError as error:
                if not come:
                    raise
                self._failure = error  # for the next time: what came before it is whole
                break
            if count is None:
                break
            come += count
            self._ended = count == 0  # OpenSSL is not to be asked again
        return bytes(self._view[:come]) if come or self._ended else None

    def _receive_into(self, room: memoryview) -> int | None:
        """Return how many bytes have come, None when none have, 0 when the other side has closed."""
        try:
            return self._stream.recv_into(room)
        except (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return 0

    def send(self, data: bytes) -> None:
        if self._ended:
            return  # the next `receive` tells it, behind what has come before
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
