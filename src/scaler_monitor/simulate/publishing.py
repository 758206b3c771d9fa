"""Two publishers that send all messages to all monitors: a YMQ byte stream and a ZMQ PUB socket.

Both take complete messages with the YMQ length prefix, and their queue for a slow monitor is limited.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Protocol

import zmq

from scaler_monitor.simulate.task_frames import LENGTH_BYTES, Bytes
from scaler_monitor.wire.address import Address

MAX_QUEUED_BYTES = 256 << 20
MAX_ZMQ_FRAMES = 1_000_000
MAX_IDENTITY_BYTES = 1024
_GREETING_BYTES = 4
ACCEPT_PAUSE_SECONDS = 1.0
"""How long no connection is accepted after `accept` failed for lack of resources, to avoid a busy loop."""

_RESOURCE_ERRORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Publisher(Protocol):
    """Sends the same messages to every connected monitor."""

    dropped_monitors: int
    bytes_sent: int

    @property
    def monitors(self) -> int | None:
        """The number of monitors that have completed the handshake; None if unknown."""

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:
        """Queue a block of messages of `frame_bytes` bytes each, length prefix included."""

    def serve(self, seconds: float) -> None:
        """Accept monitors and write queued messages, for about `seconds`."""

    def close(self) -> None:
        """Disconnect all monitors and stop listening."""


class YmqPublisher:
    """Listens on a tcp:// or ipc:// address.

    A monitor whose queue exceeds MAX_QUEUED_BYTES is disconnected.
    """

    def __init__(self, address: Address, version: int) -> None:
        """Raises `OSError` if it cannot listen on the address."""
        self._greeting = b"YMQ" + bytes([version])
        identity = f"{os.getpid()}|simulator|{uuid.uuid4().hex}".encode()
        self._handshake = self._greeting + len(identity).to_bytes(LENGTH_BYTES, "little") + identity
        self._socket_file, self._listener = _listen(address)
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._monitors: dict[socket.socket, _Monitor] = {}
        self._accept_again_at: float | None = None
        self.dropped_monitors = 0
        self.bytes_sent = 0
        self.accept_problem = ""
        """Why a connection could not be accepted, at the last failure; "" if there was none."""

    @property
    def monitors(self) -> int | None:
        """The number of monitors that have completed the handshake."""
        return sum(monitor.is_greeted for monitor in self._monitors.values())

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:  # noqa: ARG002
        data = _flat(block)
        for connection, monitor in list(self._monitors.items()):
            if monitor.is_greeted:
                monitor.queue.append(data)
                monitor.queued_bytes += len(data)
                if monitor.queued_bytes > MAX_QUEUED_BYTES:
                    self.dropped_monitors += 1
                    self._disconnect(connection)
                else:
                    self._write(connection, monitor)

    def serve(self, seconds: float) -> None:
        if self._accept_again_at is not None and time.monotonic() >= self._accept_again_at:
            self._accept_again_at = None
            self._selector.register(self._listener, selectors.EVENT_READ)
        for key, ready in self._selector.select(seconds):
            connection = key.fileobj
            if connection is self._listener:
                self._accept()
            elif isinstance(connection, socket.socket) and (monitor := self._monitors.get(connection)):
                if ready & selectors.EVENT_READ:
                    self._read(connection, monitor)
                if ready & selectors.EVENT_WRITE and connection in self._monitors:
                    self._write(connection, monitor)

    def close(self) -> None:
        for connection in list(self._monitors):
            self._disconnect(connection)
        self._listener.close()
        self._selector.close()
        if self._socket_file is not None:
            self._socket_file.remove()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in _RESOURCE_ERRORS:
                self.accept_problem = f"no more monitors can connect: {error.strerror}; see `ulimit -n`"
                self._accept_again_at = time.monotonic() + ACCEPT_PAUSE_SECONDS
                self._selector.unregister(self._listener)
            return  # otherwise the client closed the connection before it was accepted
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        monitor = self._monitors[connection] = _Monitor()
        self._selector.register(connection, selectors.EVENT_READ)
        monitor.queue.append(memoryview(self._handshake))
        monitor.queued_bytes += len(self._handshake)
        self._write(connection, monitor)

    def _read(self, connection: socket.socket, monitor: _Monitor) -> None:
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._disconnect(connection)
        elif not monitor.is_greeted:
            monitor.received += data
            head = monitor.received[:_GREETING_BYTES]
            if not self._greeting.startswith(bytes(head)):
                self._disconnect(connection)
                return
            identity = monitor.received[_GREETING_BYTES:]
            length = int.from_bytes(identity[:LENGTH_BYTES], "little")
            if len(identity) < LENGTH_BYTES:
                return
            if length > MAX_IDENTITY_BYTES:
                self._disconnect(connection)
                return
            monitor.is_greeted = LENGTH_BYTES + length <= len(identity)

    def _write(self, connection: socket.socket, monitor: _Monitor) -> None:
        try:
            while monitor.queue:
                data = monitor.queue[0]
                sent = connection.send(data)
                monitor.queued_bytes -= sent
                self.bytes_sent += sent
                if sent < len(data):
                    monitor.queue[0] = data[sent:]
                else:
                    monitor.queue.popleft()
        except BlockingIOError:
            self._selector.modify(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
        except OSError:
            self._disconnect(connection)
        else:
            self._selector.modify(connection, selectors.EVENT_READ)

    def _disconnect(self, connection: socket.socket) -> None:
        if self._monitors.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()


class _Monitor:
    """The state of one connection."""

    def __init__(self) -> None:
        self.is_greeted = False
        self.received = bytearray()  # at most a greeting and an identity
        self.queue: deque[memoryview] = deque()  # bounded by MAX_QUEUED_BYTES
        self.queued_bytes = 0


class ZmqPublisher:
    """A PUB socket like upstream's, but with a high-water mark: frames for a slow monitor are dropped."""

    def __init__(self, address: Address) -> None:
        """Raises `OSError` if it cannot listen on the address."""
        _remove_stale_socket(address)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.IPV6, ":" in address.host)
        self._socket.setsockopt(zmq.SNDHWM, MAX_ZMQ_FRAMES)
        self._socket.setsockopt(zmq.LINGER, 0)
        try:
            self._socket.bind(str(address))
        except zmq.ZMQError as error:
            self.close()
            raise OSError(error.errno, zmq.strerror(error.errno or 0)) from None
        self.dropped_monitors = 0
        self.bytes_sent = 0
        self.accept_problem = ""  # ZeroMQ accepts connections itself

    @property
    def monitors(self) -> int | None:
        """None: a PUB socket does not report its subscribers."""
        return None

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:
        data = _flat(block)
        for start in range(0, len(data), frame_bytes):
            self._socket.send(data[start + LENGTH_BYTES : start + frame_bytes])
        self.bytes_sent += len(data)

    def serve(self, seconds: float) -> None:
        self._socket.poll(int(seconds * 1000), zmq.POLLIN)

    def close(self) -> None:
        self._context.destroy(linger=0)


def _flat(block: bytes | Bytes) -> memoryview:
    return memoryview(block) if isinstance(block, bytes) else block.reshape(-1).data


class _SocketFile:
    """The file of a bound Unix socket."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = path.lstat()

    def remove(self) -> None:
        """Remove it, unless its path was replaced by another file."""
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(self._path.lstat(), self._made):
                self._path.unlink()


def _listen(address: Address) -> tuple[_SocketFile | None, socket.socket]:
    """Return the listener, and the socket file to remove at the end (None if there is none)."""
    if address.scheme == "ipc":
        _remove_stale_socket(address)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address.socket_path)
        listener.listen()
        return None if address.path.startswith("@") else _SocketFile(Path(address.path)), listener
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    return None, socket.create_server((address.host, address.port), family=family)


def _remove_stale_socket(address: Address) -> None:
    """Remove a stale socket file at an ipc address.

    Raises `OSError` if a process is listening on it, or if the file is not a socket.
    """
    path = Path(address.path)
    if address.scheme != "ipc" or address.path.startswith("@") or not (path.exists() or path.is_symlink()):
        return
    if path.is_symlink() or not path.is_socket():
        raise FileExistsError(errno.EEXIST, "a file is there that is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(address.socket_path) != errno.ECONNREFUSED:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    path.unlink(missing_ok=True)
