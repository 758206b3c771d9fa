"""Two ways to say everything to every monitor: YMQ's byte stream and ZMQ's PUB socket.

Both are given whole messages with YMQ's length in front, and hold a bounded amount for a slow monitor.
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

WAITING_BYTES_AT_MOST = 256 << 20
ZMQ_FRAMES_AT_MOST = 1_000_000
LONGEST_IDENTITY = 1024
_GREETING_BYTES = 4
DEAF_SECONDS = 1.0
"""How long nobody is let in once there is no room for one more: the listener stays ready meanwhile."""

_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Publisher(Protocol):
    """Says the same to every monitor that is connected."""

    dropped_monitors: int
    bytes_sent: int

    @property
    def monitors(self) -> int | None:
        """How many monitors have introduced themselves; None where that is not known."""

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:
        """Queue a block of messages of `frame_bytes` each, their lengths in front included."""

    def serve(self, seconds: float) -> None:
        """Accept monitors and write what is queued, for about `seconds`."""

    def close(self) -> None:
        """Let every monitor go, and listen no more."""


class YmqPublisher:
    """Listens on a tcp:// or ipc:// address; a monitor that falls far behind is let go."""

    def __init__(self, address: Address, version: int) -> None:
        """Raises `OSError` when it cannot listen there."""
        self._greeting = b"YMQ" + bytes([version])
        identity = f"{os.getpid()}|simulator|{uuid.uuid4().hex}".encode()
        self._hello = self._greeting + len(identity).to_bytes(LENGTH_BYTES, "little") + identity
        self._socket_file, self._listener = _listen(address)
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._monitors: dict[socket.socket, _Monitor] = {}
        self._deaf_until: float | None = None
        self.dropped_monitors = 0
        self.bytes_sent = 0
        self.complaint = ""
        """Why a monitor could not be let in, the last time that this was so."""

    @property
    def monitors(self) -> int | None:
        """How many monitors have introduced themselves."""
        return sum(monitor.introduced for monitor in self._monitors.values())

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:  # noqa: ARG002
        data = _flat(block)
        for connection, monitor in list(self._monitors.items()):
            if monitor.introduced:
                monitor.waiting.append(data)
                monitor.waiting_bytes += len(data)
                if monitor.waiting_bytes > WAITING_BYTES_AT_MOST:
                    self.dropped_monitors += 1
                    self._let_go(connection)
                else:
                    self._write(connection, monitor)

    def serve(self, seconds: float) -> None:
        if self._deaf_until is not None and time.monotonic() >= self._deaf_until:
            self._deaf_until = None
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
            self._let_go(connection)
        self._listener.close()
        self._selector.close()
        if self._socket_file is not None:
            self._socket_file.remove()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                self.complaint = f"no more monitors can be let in: {error.strerror}; see `ulimit -n`"
                self._deaf_until = time.monotonic() + DEAF_SECONDS
                self._selector.unregister(self._listener)
            return  # otherwise it has gone before it was let in
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        monitor = self._monitors[connection] = _Monitor()
        self._selector.register(connection, selectors.EVENT_READ)
        monitor.waiting.append(memoryview(self._hello))
        monitor.waiting_bytes += len(self._hello)
        self._write(connection, monitor)

    def _read(self, connection: socket.socket, monitor: _Monitor) -> None:
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._let_go(connection)
        elif not monitor.introduced:
            monitor.heard += data
            head = monitor.heard[:_GREETING_BYTES]
            if not self._greeting.startswith(bytes(head)):
                self._let_go(connection)
                return
            identity = monitor.heard[_GREETING_BYTES:]
            length = int.from_bytes(identity[:LENGTH_BYTES], "little")
            if len(identity) < LENGTH_BYTES:
                return
            if length > LONGEST_IDENTITY:
                self._let_go(connection)
                return
            monitor.introduced = LENGTH_BYTES + length <= len(identity)

    def _write(self, connection: socket.socket, monitor: _Monitor) -> None:
        try:
            while monitor.waiting:
                data = monitor.waiting[0]
                sent = connection.send(data)
                monitor.waiting_bytes -= sent
                self.bytes_sent += sent
                if sent < len(data):
                    monitor.waiting[0] = data[sent:]
                else:
                    monitor.waiting.popleft()
        except BlockingIOError:
            self._selector.modify(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
        except OSError:
            self._let_go(connection)
        else:
            self._selector.modify(connection, selectors.EVENT_READ)

    def _let_go(self, connection: socket.socket) -> None:
        if self._monitors.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()


class _Monitor:
    """What is known of one connection."""

    def __init__(self) -> None:
        self.introduced = False
        self.heard = bytearray()  # at most a greeting and an identity
        self.waiting: deque[memoryview] = deque()  # bounded by WAITING_BYTES_AT_MOST
        self.waiting_bytes = 0


class ZmqPublisher:
    """A PUB socket as upstream's, but with a high-water mark: frames for a slow monitor are dropped."""

    def __init__(self, address: Address) -> None:
        """Raises `OSError` when it cannot listen there."""
        _clear(address)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.IPV6, ":" in address.host)
        self._socket.setsockopt(zmq.SNDHWM, ZMQ_FRAMES_AT_MOST)
        self._socket.setsockopt(zmq.LINGER, 0)
        try:
            self._socket.bind(str(address))
        except zmq.ZMQError as error:
            self.close()
            raise OSError(error.errno, zmq.strerror(error.errno or 0)) from None
        self.dropped_monitors = 0
        self.bytes_sent = 0
        self.complaint = ""  # ZeroMQ lets them in by itself

    @property
    def monitors(self) -> int | None:
        """Unknown: a PUB socket does not tell."""
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
    """The file of a socket that was just bound."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = path.lstat()

    def remove(self) -> None:
        """Remove it, unless something else has its name by now."""
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(self._path.lstat(), self._made):
                self._path.unlink()


def _listen(address: Address) -> tuple[_SocketFile | None, socket.socket]:
    """Return the listener, and the socket file that is to be removed at the end."""
    if address.scheme == "ipc":
        _clear(address)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address.socket_path)
        listener.listen()
        return None if address.path.startswith("@") else _SocketFile(Path(address.path)), listener
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    return None, socket.create_server((address.host, address.port), family=family)


def _clear(address: Address) -> None:
    """Remove the socket that one who has gone left at an ipc address.

    Raises `OSError` when somebody listens there, or when something is there that is no socket.
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
