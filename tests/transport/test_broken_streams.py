"""A YMQ stream with an impossible length is counted and reconnected, on every transport."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.transport.conftest import STEADY, Reading
from tests.transport.servers import GREETING, framed, serve
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection
from websockets.sync.server import serve as serve_websockets

Follow = Callable[..., Reading]

SPEECHES = (
    GREETING + framed(b"one") + (1 << 63).to_bytes(8, "little") + b"more",
    GREETING + framed(b"two") + framed(b"cut")[:-1],
    GREETING + framed(b"") + framed(b"three"),
)


@pytest.fixture
def broken(request: pytest.FixtureRequest, certificate: list[str], tmp_path: Path) -> Iterator[str]:
    """The address of a server that sends the next of SPEECHES to each connection, on the test's scheme."""
    scheme: str = request.param
    path = f"{tmp_path}/s"
    if scheme == "ipc":
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
    else:
        listener = socket.create_server(("127.0.0.1", 0))
    address = f"ipc://{path}" if scheme == "ipc" else f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    context = None
    if scheme in ("tls", "wss"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    if scheme not in ("ws", "wss"):
        listener = context.wrap_socket(listener, server_side=True) if context else listener
        with listener:
            serve(listener, *SPEECHES)
            yield address
        return
    left = iter(SPEECHES)

    def speak(peer: ServerConnection) -> None:
        try:
            for speech in left:
                peer.send(speech)
                peer.recv()  # the monitor's greeting
                return
            peer.recv()
        except ConnectionClosed:
            return

    with served(speak, listener, context):
        yield address


@contextlib.contextmanager
def served(
    speak: Callable[[ServerConnection], None], listener: socket.socket, context: ssl.SSLContext | None = None
) -> Iterator[None]:
    """A WebSocket server that calls `speak` for each connection."""
    quiet = logging.getLogger("nobody")
    quiet.disabled = True
    with serve_websockets(speak, sock=listener, ssl=context, logger=quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@pytest.mark.parametrize("broken", ["tcp", "ipc", "tls", "ws", "wss"], indirect=True)
def test_a_corrupt_stream_is_counted_and_reconnected(broken: str, follow: Follow) -> None:
    reading = follow(broken, timeouts=STEADY)
    reading.until_total(4)
    assert reading.frames == [b"one", b"two", b"", b"three"]
    assert reading.feed.counters.broken_streams == 1
    assert any("announced" in state.problem for state in reading.states)


def test_a_websocket_that_closes_after_its_first_message(follow: Follow) -> None:
    """The server is already closing when the monitor answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    sent: list[bytes] = []

    def greet(peer: ServerConnection) -> None:
        peer.send(GREETING)
        sent.append(GREETING)

    with served(greet, listener):
        reading = follow(f"ws://127.0.0.1:{listener.getsockname()[1]}", timeouts=STEADY)
        reading.until(lambda: len(sent) > 3)
    assert reading.states[-1].problem
