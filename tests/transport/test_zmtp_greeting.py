"""The order of the ZeroMQ handshake: a publisher sends no message before the subscription."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from tests.transport.conftest import STEADY, Publisher, Reading, address_of
from tests.transport.hostile import MIB, ZMTP_GREETING, ZMTP_READY, zmtp
from tests.transport.servers import problem, serve

from scaler_monitor.demo.ports import free_ports

SUBSCRIBER = ZMTP_READY[:-3] + b"SUB"
SUBSCRIPTION = b"\x00\x01\x01"
MESSAGE = b"\x00\x03one"


def said_within(seconds: float, peer: socket.socket) -> bytes:
    """Return the bytes received until there are none for `seconds`."""
    peer.settimeout(seconds)
    said = b""
    try:
        while chunk := peer.recv(1 << 16):
            said += chunk
    except TimeoutError:
        pass
    return said


@pytest.mark.peer
def test_a_real_publisher_waits_for_a_subscription(publish: Callable[..., Publisher]) -> None:
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", "zmq", pause=0.001)
    host, port = publisher.address.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port))) as peer:
        peer.sendall(ZMTP_GREETING)
        said = said_within(1.0, peer)
        assert said[:1] == b"\xff"
        command = said[len(ZMTP_GREETING) :]
        assert command[:1] == b"\x04"
        assert command[2:8] == b"\x05READY"
        assert len(command) == 2 + command[1]
        peer.sendall(SUBSCRIBER)
        assert said_within(1.0, peer) == b""
        peer.sendall(SUBSCRIPTION)
        peer.settimeout(30)
        assert peer.recv(1)


@pytest.mark.parametrize(
    "said",
    [
        MESSAGE + ZMTP_READY,
        ZMTP_READY + MESSAGE,
        zmtp(1 << 30),
        zmtp(10 * MIB) + bytes(10 * MIB),
        MESSAGE[:-1],
        ZMTP_READY + MESSAGE[:-1],
        ZMTP_READY + MESSAGE[:1],
    ],
    ids=["before", "behind", "oversized", "large", "begun", "begun behind", "announced"],
)
def test_a_message_before_the_subscription_breaks_the_connection(
    listener: socket.socket, follow: Callable[..., Reading], said: bytes
) -> None:
    serve(listener, ZMTP_GREETING + said)
    reading = follow(address_of(listener), timeouts=STEADY, memory_full=lambda: True)
    problem(reading, "a message came before the subscription")
    assert reading.feed.counters.broken_streams == 1
    assert reading.frames == []
