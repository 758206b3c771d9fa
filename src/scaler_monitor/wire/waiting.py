"""Waiting for the network in slices: what a connection does next is a generator that yields its waits.

A connection's life (resolve, connect, shake hands, read, look again) outlasts one `read(timeout)`. Written
as a generator it stays one readable line of steps, and whoever drives it decides how long to wait now.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from typing import Any, NamedTuple, TypeVar

import zmq

Pollable = Any
"""A file descriptor or a ZeroMQ socket."""


class Wait(NamedTuple):
    """Go on when one of these is ready, or at `until` (monotonic seconds)."""

    until: float
    readable: tuple[Pollable, ...] = ()
    writable: tuple[Pollable, ...] = ()


_Result = TypeVar("_Result")
Steps = Generator[Wait, bool, _Result]
"""Steps of a connection: yields waits, is sent whether something became ready, returns its result."""


def pause(seconds: float) -> Steps[None]:
    """Let time pass."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield Wait(until)


class Waker:
    """Ends another thread's wait at once, and for good."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)

    def wake(self) -> None:
        """End the wait under way and every later one."""
        try:
            self._far.send(b"w")
        except OSError:
            return  # woken before: the byte is still there, or the pair is closed

    def wait(self, wait: Wait, limit: float) -> bool:
        """Wait until something is ready (True), or until `limit` or the wait's own end (False)."""
        seconds = min(wait.until, limit) - time.monotonic()
        polled: list[tuple[Pollable, int]] = [(self._near.fileno(), zmq.POLLIN)]
        polled += [(each, zmq.POLLIN) for each in wait.readable]
        polled += [(each, zmq.POLLOUT) for each in wait.writable]
        ready = zmq.zmq_poll(polled, max(0, int(seconds * 1000 + 0.999)))
        return bool(ready)

    def close(self) -> None:
        """Give the file descriptors back; nobody may wait any more."""
        self._near.close()
        self._far.close()
