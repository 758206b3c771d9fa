"""A relay between a monitor and a scheduler that can drop connections silently, as networks do."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.present import present

CHUNK = 1 << 16


class Relay:
    """Forwards bytes between clients of `address` and the server at `target`, in a thread."""

    def __init__(self, target: str, folder: Path) -> None:
        """`folder` is for the socket of an ipc relay."""
        self.connections = 0
        self._silent = False
        self._target = target
        self._peers: dict[socket.socket, socket.socket | None] = {}  # None: forwarding has stopped
        self._lock = threading.Lock()
        self._over = threading.Event()
        scheme = target.partition("://")[0]
        if scheme == "ipc":
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(f"{folder}/relay")
            self._listener.listen()
            self.address = f"ipc://{folder}/relay"
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.address = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """Stop forwarding on the existing connections; they stay open on both sides."""
        with self._lock:
            self._peers = dict.fromkeys(self._peers)

    def stop_forwarding(self) -> None:
        """Stop forwarding on existing and new connections; new ones are still accepted."""
        with self._lock:
            self._silent = True
        self.forget()

    def resume_forwarding(self) -> None:
        """Forward new connections again; old ones stay dead."""
        with self._lock:
            self._silent = False

    def close(self) -> None:
        """Close every connection."""
        self._over.set()
        self._thread.join(30)
        for each in (*self._peers, self._listener):
            each.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif isinstance(key.fileobj, socket.socket):
                        self._forward(key.fileobj)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        self.connections += 1
        far = None
        if not self._silent:
            try:
                far = self._connect()
            except OSError:
                near.close()
                return
        for one, other in ((near, far), (far, near)):
            if one is not None:
                self._peers[one] = other
                self._selector.register(one, selectors.EVENT_READ)

    def _connect(self) -> socket.socket:
        if self._target.startswith("ipc://"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target.removeprefix("ipc://"))
            return far
        place = urlsplit(self._target)
        return socket.create_connection((place.hostname, present(place.port)))

    def _forward(self, one: socket.socket) -> None:
        if one not in self._peers:
            return  # its peer was just closed
        other = self._peers[one]
        try:
            data = one.recv(CHUNK)
        except OSError:
            data = b""
        if data:
            if other is not None:
                with contextlib.suppress(OSError):
                    other.sendall(data)
            return
        self._drop(one)
        if other is not None:
            self._drop(other)

    def _drop(self, one: socket.socket) -> None:
        self._selector.unregister(one)
        self._peers.pop(one, None)
        one.close()
