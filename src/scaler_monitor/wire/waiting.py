"""Cooperative waiting: a connection is a generator that yields what it waits for.

The steps of a connection (resolve, connect, handshake, read, probe) take longer than one `read(timeout)`. As
a generator they remain one sequential function, and the caller decides how long to wait each time.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Generator
from typing import NamedTuple, TypeVar


class Wait(NamedTuple):
    """Continue when one of these file descriptors is ready, or at `until` (monotonic seconds)."""

    until: float
    readable: tuple[int, ...] = ()
    writable: tuple[int, ...] = ()


NO_WAIT = Wait(0.0)
"""Continue immediately, after the caller has checked its own timeout."""

_Result = TypeVar("_Result")
Steps = Generator[Wait, bool, _Result]
"""A generator that yields waits, is sent whether a file descriptor is ready, and returns its result."""


def pause(seconds: float) -> Steps[None]:
    """Wait for a fixed time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield Wait(until)


class Deadline:
    """A deadline `seconds` from now, for several waits together.

    Data that is already available counts even after the deadline: this process may have been stopped
    meanwhile.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._late = False

    @property
    def has_expired(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._until

    def wait(self, readable: tuple[int, ...] = (), writable: tuple[int, ...] = ()) -> Steps[bool]:
        """Wait until one of these file descriptors is ready; return False after the deadline."""
        if self._late:
            return False
        ready = yield Wait(self._until, readable, writable)
        self._late = self.has_expired
        return ready


def is_ready(seconds: float, readable: tuple[int, ...], writable: tuple[int, ...] = ()) -> bool:
    """Wait at most `seconds` for one of these file descriptors; return whether one is ready."""
    poller = select.poll()
    for each in readable:
        poller.register(each, select.POLLIN)
    for each in writable:
        poller.register(each, select.POLLOUT)
    return bool(poller.poll(max(0, int(seconds * 1000 + 0.999))))


class Waker:
    """Wakes up another thread's wait; after that every wait returns immediately."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)

    def wake(self) -> None:
        """Wake up the current wait and every later one."""
        try:
            self._far.send(b"w")
        except OSError:
            return  # already woken: the buffer is full, or the socket pair is closed

    def wait(self, wait: Wait, limit: float) -> bool:
        """Return True when something is ready, False at `limit` or at the wait's own end."""
        seconds = min(wait.until, limit) - time.monotonic()
        return is_ready(seconds, (*wait.readable, self._near.fileno()), wait.writable)

    def close(self) -> None:
        """Close the file descriptors; no thread may wait any more."""
        self._near.close()
        self._far.close()
