"""Servers that are not a working scheduler: each gives a one-line problem with advice."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zmq
from tests.transport.conftest import STEADY, Publisher, Reading, address_of
from tests.transport.servers import GREETING, framed, problem, serve

from scaler_monitor.demo.ports import free_ports
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.problem import describe_os_error

Publish = Callable[..., Publisher]


Follow = Callable[..., Reading]


@pytest.mark.parametrize(
    ("speech", "named"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "web server"),
        (b"SSH-2.0-OpenSSH_9\r\n", "SSH server"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "try tls://127.0.0.1"),
        (b"\x1b[2Jgarbage", "no scheduler"),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00", "no scheduler"),
        (b"", "before its greeting"),
        (b"YM", "closed in its greeting, of which 2 bytes came"),
        (b"YMQ\x02", "in its greeting"),
    ],
)
def test_other_servers_are_named(listener: socket.socket, follow: Follow, speech: bytes, named: str) -> None:
    serve(listener, speech)
    problem(follow(address_of(listener), timeouts=STEADY), named)


def test_tls_on_a_unix_socket_gives_no_port_advice(tmp_path: Path, follow: Follow) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/socket")
        listener.listen()
        serve(listener, b"\x15\x03\x01\x00\x02\x02\x28")
        assert "wss" not in problem(follow(f"ipc://{tmp_path}/socket", timeouts=STEADY), "TLS is spoken")


def test_version_byte_is_echoed_and_names_are_unique(listener: socket.socket, follow: Follow) -> None:
    answers = []
    reading = follow(address_of(listener), timeouts=STEADY)
    for version in (1, 2):
        with listener.accept()[0] as peer:
            peer.settimeout(30)
            peer.sendall(b"YMQ" + bytes((version,)) + framed(b"name") + framed(b"payload"))
            answer = b""
            while len(answer) < 12 or len(answer) < 12 + int.from_bytes(answer[4:12], "little"):
                answer += peer.recv(1000)
            answers.append(answer)
            reading.until_total(version)
            assert reading.feed.state.ymq_version == version
    assert [answer[:4] for answer in answers] == [b"YMQ\x01", b"YMQ\x02"]
    assert answers[0][12:] != answers[1][12:]


@pytest.mark.parametrize("scheme", ["tcp", "tls", "ws", "wss"])
def test_a_server_that_sends_nothing(listener: socket.socket, follow: Follow, scheme: str) -> None:
    reading = follow(address_of(listener, scheme))
    assert "connected, but no" in problem(reading, "connected, but no")
    assert reading.feed.state.phase == "disconnected"


@pytest.mark.parametrize(
    ("speech", "named"),
    [
        (b"YM", "2 bytes came within 0.5 s, but no whole greeting"),
        (GREETING[:9], "9 bytes came within 0.5 s, but no whole greeting"),
        (GREETING[:-1], "15 bytes came within 0.5 s, but no whole greeting"),
        (GREETING + framed(b"x" * 100)[:50], "of its first message only 50 bytes came"),
    ],
)
def test_the_bytes_of_an_incomplete_greeting_are_reported(
    listener: socket.socket, follow: Follow, speech: bytes, named: str
) -> None:
    """The problem is not "no data came"."""
    said = threading.Event()

    def begin() -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_ones:
            while not said.is_set():
                peer = open_ones.enter_context(listener.accept()[0])
                peer.sendall(speech)

    threading.Thread(target=begin, daemon=True).start()
    reading = follow(address_of(listener))
    try:
        problem(reading, named)
        assert not any("no data came" in state.problem for state in reading.states)
    finally:
        said.set()


def test_no_data_after_the_greeting_suggests_the_monitor_port(
    listener: socket.socket, follow: Follow
) -> None:
    serve_for_ever = threading.Event()

    def greet() -> None:
        with listener.accept()[0] as peer:
            peer.sendall(GREETING)
            serve_for_ever.wait(20)

    threading.Thread(target=greet, daemon=True).start()
    reading = follow(address_of(listener), timeouts=STEADY)
    port = listener.getsockname()[1]
    if port + 2 <= 65535:
        problem(reading, f"its monitor is at tcp://127.0.0.1:{port + 2}")
    assert reading.feed.state.phase == "connected"
    serve_for_ever.set()


def test_a_router_socket(follow: Follow) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.setsockopt(zmq.LINGER, 0)
        port = router.bind_to_random_port("tcp://127.0.0.1")
        reading = follow(f"tcp://127.0.0.1:{port}")
        problem(reading, "does not publish")
        assert reading.feed.counters.broken_streams > 0


WRONG_SCHEMES = [
    ("tcp", "tls", "connected, but no"),
    ("tcp", "ws", "connected, but no"),
    ("tcp", "wss", "connected, but no"),
    ("tls", "tcp", "try tcp://127.0.0.1"),
    ("tls", "ws", "connected, but no"),
    ("tls", "wss", "connected, but no"),
    ("ws", "tcp", "try tcp://127.0.0.1"),
    ("ws", "tls", "try wss://127.0.0.1"),
    ("ws", "wss", "try wss://127.0.0.1"),
    ("wss", "tcp", "try tcp://127.0.0.1"),
    ("wss", "tls", "try tls://127.0.0.1"),
    ("wss", "ws", "connected, but no"),
]


@pytest.mark.peer
@pytest.mark.parametrize(("typed", "real", "named"), WRONG_SCHEMES)
def test_a_wrong_scheme_is_named_and_does_not_harm_the_scheduler(
    typed: str, real: str, named: str, publish: Publish, follow: Follow
) -> None:
    publisher = publish(f"{real}://127.0.0.1:{free_ports()}")
    reading = follow(publisher.address.replace(f"{real}://", f"{typed}://").rstrip("/"))
    problem(reading, named)
    right = follow(publisher.address)
    right.until_frames(20)
    assert publisher.process.poll() is None
    assert publisher.log.read_text() == ""


@pytest.mark.peer
def test_a_certificate_can_be_verified(publish: Publish, follow: Follow, certificate: list[str]) -> None:
    publisher = publish(f"tls://127.0.0.1:{free_ports()}")
    for _ in range(3):
        problem(follow(publisher.address, verify=True), "not trusted")
    named = publisher.address.replace("127.0.0.1", "localhost")
    follow(named, verify=certificate[0]).until_frames(1)
    assert publisher.log.read_text() == ""


@pytest.mark.peer
@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_a_message_far_over_the_limit_is_skipped_too(wire: str, publish: Publish, follow: Follow) -> None:
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire)
    reading = follow(publisher.address, frame_limit=1000)
    reading.until_frames(1)
    publisher.ask("burst 1 5000000")
    reading.until(lambda: reading.feed.counters.oversized == 1)
    reading.until_frames(10)
    assert reading.feed.counters.broken_streams == 0
    assert reading.feed.state.connects == 1


@pytest.mark.parametrize("error", [BlockingIOError(errno.EAGAIN, "again"), ssl.SSLWantWriteError()])
def test_a_server_that_pings_but_does_not_read(error: OSError) -> None:
    assert "reads no answers" in describe_os_error(parse_address("tls://127.0.0.1:1"), error)


def test_websockets_is_not_imported_without_need() -> None:
    code = "import sys, scaler_monitor.wire.scheduler_feed; sys.exit('websockets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_data_of_other_servers_is_escaped(listener: socket.socket, follow: Follow) -> None:
    reply = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: \xc2\x9b31m" + b"x" * 5000 + b"\r\n\r\n"
    )
    serve(listener, reply, reply, wait_for=4)
    told = problem(follow(address_of(listener, "ws"), timeouts=STEADY), "a web server answers there")
    assert "31m" in told
    assert len(told) < 700
