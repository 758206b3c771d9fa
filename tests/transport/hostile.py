"""A hostile server for each protocol, which sends what no scheduler should send."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from websockets.http11 import Request
from websockets.server import ServerProtocol

MIB = 1 << 20
PIECE = bytes(MIB)
YMQ_GREETING = b"YMQ\x02" + (4).to_bytes(8, "little") + b"name"
ZMTP_GREETING = (b"\xff" + bytes(8) + b"\x7f\x03\x00NULL").ljust(64, b"\0")
ZMTP_READY = b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03PUB"
MORE, LONG = 1, 2
FINAL, CONTINUATION, BINARY = 0x80, 0, 2

Speech = Iterator[bytes]


def ymq(size: int) -> bytes:
    """Return the length prefix of a YMQ message of `size` bytes."""
    return size.to_bytes(8, "little")


def zmtp(size: int, flags: int = 0) -> bytes:
    """Return the header of a ZMTP frame."""
    return bytes((flags | LONG,)) + size.to_bytes(8, "big")


def websocket(size: int, first: int = FINAL | BINARY) -> bytes:
    """Return the header of a server's WebSocket frame."""
    if size < 126:
        return bytes((first, size))
    return bytes((first, 127)) + size.to_bytes(8, "big")


def filling(size: int) -> Speech:
    """Yield `size` zero bytes in pieces."""
    for at in range(0, size, MIB):
        yield PIECE[: size - at]


class Hostile:
    """Listens, and sends `speech` to each client, after the handshake of its `kind`.

    `kind` is a scheme, "zmq", "raw" (no handshake), or "http" (the speech answers a request). A WebSocket
    sends no YMQ greeting if `greets` is False. `record_bytes` is the size of TLS records. The last upgrade
    `request` is stored, and the bytes `heard` after the speech.
    """

    def __init__(
        self,
        kind: str,
        speech: Callable[[], Speech],
        certificate: list[str],
        record_bytes: int = 1 << 14,
        *,
        greets: bool = True,
    ) -> None:
        scheme = {"zmq": "tcp", "raw": "tcp", "http": "ws"}.get(kind, kind)
        self.heard = b""
        self.request = b""
        self._kind = kind
        self._speech = speech
        self._record_bytes = record_bytes
        self._greets = greets
        self._context = None
        if kind in ("tls", "wss"):
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._peers: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def connections(self) -> int:
        """The number of connections so far."""
        return len(self._peers)

    def close(self) -> None:
        """Close every connection and wait for the threads."""
        for each in (self._listener, *self._peers):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(60)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer = self._listener.accept()[0]
                self._peers.append(peer)
                self._threads.append(threading.Thread(target=self._serve, args=(peer,), daemon=True))
                self._threads[-1].start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            connection: socket.socket | Sealed = peer
            if self._context:
                connection = Sealed(peer, self._context, self._record_bytes)
            self._open(connection)
            for piece in self._speech():
                connection.sendall(piece)
            while said := connection.recv(MIB):
                self.heard += said

    def _open(self, connection: socket.socket | Sealed) -> None:
        if self._kind == "zmq":
            connection.sendall(ZMTP_GREETING)
            heard = 0
            while heard < len(ZMTP_GREETING):
                heard += len(_some(connection))
            connection.sendall(ZMTP_READY)
            connection.recv(1000)
        elif self._kind in ("ws", "wss"):
            protocol = ServerProtocol()
            while not (requests := protocol.events_received()):
                self.request = _some(connection)
                protocol.receive_data(self.request)
            request = requests[0]
            assert isinstance(request, Request)
            protocol.send_response(protocol.accept(request))
            connection.sendall(b"".join(protocol.data_to_send()))
            if self._greets:
                connection.sendall(websocket(len(YMQ_GREETING)) + YMQ_GREETING)
        elif self._kind == "http":
            self.request = connection.recv(MIB)
        elif self._kind != "raw":
            connection.sendall(YMQ_GREETING)


def _some(connection: socket.socket | Sealed) -> bytes:
    """Return the next bytes. Raises `ConnectionResetError` at the end."""
    said = connection.recv(MIB)
    if not said:
        raise ConnectionResetError
    return said


class Sealed:
    """The server side of a TLS connection, with a configurable record size."""

    def __init__(self, peer: socket.socket, context: ssl.SSLContext, record_bytes: int) -> None:
        self._peer = peer
        self._record_bytes = record_bytes
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._peer.sendall(self._outgoing.read())
                self._read_until()
        self._peer.sendall(self._outgoing.read())

    def sendall(self, data: bytes) -> None:
        for at in range(0, len(data), self._record_bytes):
            self._tls.write(data[at : at + self._record_bytes])
        self._peer.sendall(self._outgoing.read())

    def recv(self, size: int) -> bytes:
        while True:
            with contextlib.suppress(ssl.SSLWantReadError):
                return self._tls.read(size)
            self._read_until()

    def _read_until(self) -> None:
        data = self._peer.recv(MIB)
        if not data:
            raise ConnectionResetError
        self._incoming.write(data)
