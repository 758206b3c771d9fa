"""Non-blocking byte streams, plain or inside TLS, read in large chunks."""

from __future__ import annotations

import socket
import ssl
import time
from typing import Protocol

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.problem import ConnectionProblem
from scaler_monitor.wire.protocol_detection import detect_protocol
from scaler_monitor.wire.socket_connect import connect_socket
from scaler_monitor.wire.waiting import Steps, Wait

CHUNK_BYTES = 1 << 18
MAX_TLS_RECORD = 1 << 14
"""Bytes. A TLS record must be read completely: `poll` does not report a rest that OpenSSL has buffered."""
MAX_RECORDS_PER_CHUNK = 256
"""TLS records joined into one chunk. Each `recv` returns one record, which may hold a single byte."""


class ByteStream(Protocol):
    """The interface of every transport that carries YMQ or ZMTP."""

    control_frames: int
    """Frames received so far that carry no data, such as WebSocket pings; they show that the peer lives."""

    @property
    def fileno(self) -> int:
        """The file descriptor to poll for reading before the next `receive`."""

    def receive(self) -> bytes | None:
        """Return the received bytes, None if there are none yet, b"" if the peer closed the connection."""

    def send(self, data: bytes) -> None:
        """Send a short message, such as a greeting or a pong. Raises `OSError`."""

    def close(self) -> None:
        """Close the connection."""


class SocketStream:
    """A TCP or Unix stream, or TLS around one."""

    def __init__(self, stream: socket.socket) -> None:
        self.control_frames = 0
        self._stream = stream
        self._view = memoryview(bytearray(CHUNK_BYTES))
        self._secure = isinstance(stream, ssl.SSLSocket)
        self._ended = False  # TLS only: the peer has closed the connection
        self._failure: OSError | None = None  # TLS only: to be raised by the next `receive`

    @property
    def fileno(self) -> int:
        return self._stream.fileno()

    def receive(self) -> bytes | None:
        if not self._secure:
            count = self._receive_into(self._view)
            return None if count is None else bytes(self._view[:count])
        if self._failure is not None:
            raise self._failure
        size = 0
        for _ in range(MAX_RECORDS_PER_CHUNK):
            if self._ended or size > CHUNK_BYTES - MAX_TLS_RECORD:
                break
            try:
                count = self._receive_into(self._view[size:])
            except OSError as error:
                if not size:
                    raise
                self._failure = error  # return the complete data first
                break
            if count is None:
                break
            size += count
            self._ended = count == 0  # OpenSSL must not be read again after the end
        return bytes(self._view[:size]) if size or self._ended else None

    def _receive_into(self, room: memoryview) -> int | None:
        """Return the number of bytes read, None if there are none yet, 0 if the connection was closed."""
        try:
            return self._stream.recv_into(room)
        except (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return 0

    def send(self, data: bytes) -> None:
        if self._ended:
            return  # `receive` reports the end, after the data that is still buffered
        self._stream.sendall(data)  # much smaller than the socket's send buffer, so it never blocks

    def close(self) -> None:
        self._stream.close()


def open_plain(address: Address, timeouts: Timeouts) -> Steps[SocketStream]:
    """Connect to a `tcp` or `ipc` address. Raises as `connect_socket`."""
    return SocketStream((yield from connect_socket(address, timeouts)))


def refuse_plain_scheduler(stream: socket.socket, address: Address, timeouts: Timeouts) -> Steps[None]:
    """Raise `ConnectionProblem` if the peer sends first, as only a scheduler without TLS does.

    Sending TLS to such a scheduler would write an ERROR line to its log on every attempt.
    """
    if not (yield Wait(time.monotonic() + timeouts.server_first, readable=(stream.fileno(),))):
        return
    first = stream.recv(16, socket.MSG_PEEK)
    if not first:
        raise ConnectionProblem(f"{address}: the other side closed the connection at once")
    detect_protocol(first, address)  # raises if the peer is not a scheduler
    raise ConnectionProblem(
        f"{address}: a plain scheduler answers there: try {address._replace(scheme='tcp', path='')}"
    )
