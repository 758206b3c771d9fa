"""Servers of tests that are not a scheduler, and the problem that a feed reports about them."""

from __future__ import annotations

import contextlib
import socket
import threading

from tests.transport.conftest import Reading

GREETING = b"YMQ\x02" + (4).to_bytes(8, "little") + b"name"


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(8, "little") + payload


def serve(listener: socket.socket, *speeches: bytes, wait_for: int = 0) -> threading.Thread:
    """Accept one connection for each speech: send it (after reading `wait_for` bytes) and close."""

    def speak() -> None:
        for speech in speeches:
            with listener.accept()[0] as peer, contextlib.suppress(OSError):
                if wait_for:
                    peer.recv(wait_for)
                peer.sendall(speech)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1000):
                    pass

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    return thread


def problem(reading: Reading, holds: str, seconds: float = 30) -> str:
    reading.until(lambda: any(holds in state.problem for state in reading.states), seconds)
    found = next(state.problem for state in reading.states if holds in state.problem)
    assert found.isprintable()
    assert reading.longest_read < 1
    return found
