"""Waiting for the network in slices: what a connection does next is a generator that yields its waits.

A connection's life (resolve, connect, shake hands, read, look again) outlasts one `read(timeout)`. Written
as a generator it stays one readable line of steps, and whoever drives it decides how long to wait now.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Generator
from typing import NamedTuple, TypeVar


class Wait(NamedTuple):
    """Go on when one of these file descriptors is ready, or at `until` (monotonic seconds)."""

    until: float
    readable: tuple[int, ...] = ()
    writable: tuple[int, ...] = ()


AT_ONCE = Wait(0.0)
"""Go on at once, but let whoever waits keep to its time."""

_Result = TypeVar("_Result")
Steps = Generator[Wait, bool, _Result]
"""Steps of a connection: yields waits, is sent whether something became ready, returns its result."""


def pause(seconds: float) -> Steps[None]:
    """Let time pass."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield Wait(until)


class Deadline:
    """The end of a wait for something, `seconds` from now on, whatever else the other side says meanwhile.

    What is there when it is looked at counts, though that be late: this process may have been stopped.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._late = False

    @property
    def is_over(self) -> bool:
        """It is too late, whatever there is."""
        return time.monotonic() >= self._until

    def wait(self, readable: tuple[int, ...] = (), writable: tuple[int, ...] = ()) -> Steps[bool]:
        """Wait until one of these file descriptors is ready; return False when it is too late."""
        if self._late:
            return False
        ready = yield Wait(self._until, readable, writable)
        self._late = self.is_over
        return ready


def is_ready(seconds: float, readable: tuple[int, ...], writable: tuple[int, ...] = ()) -> bool:
    """Wait so long for one of these file descriptors, and tell whether one is ready."""
    poller = select.poll()
    for each in readable:
        poller.register(each, select.POLLIN)
    for each in writable:
        poller.register(each, select.POLLOUT)
    return bool(poller.poll(max(0, int(seconds * 1000 + 0.999))))


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
        return is_ready(seconds, (*wait.readable, self._near.fileno()), wait.writable)

    def close(self) -> None:
        """Give the file descriptors back; nobody may wait any more."""
        self._near.close()
        self._far.close()
