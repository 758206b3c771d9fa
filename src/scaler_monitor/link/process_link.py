"""The link to a collector that is a child process of this viewer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from scaler_monitor.link.child import CollectorChild
from scaler_monitor.link.codec import InvalidMessage, pack, unpack
from scaler_monitor.link.daemon_thread import run_in_daemon_thread
from scaler_monitor.link.interface import CollectorGone, Report, ReportQuestion
from scaler_monitor.protocol.page import Answer, Question, ViewerHealth
from scaler_monitor.system.logs import RateLimitedLog, logger

if TYPE_CHECKING:
    import zmq
    import zmq.asyncio

T = TypeVar("T")

START_SECONDS = 60.0
"""Timeout from the start of a collector to its first answer; overrides shorter timeouts."""

BUSY_SECONDS = 60.0
"""Timeout for a collector that does not answer but uses CPU: it is busy, it does not hang."""

BUSY_SHARE = 0.05
"""Share of the waiting time that a busy collector uses as CPU at least, even on a loaded machine."""

LOOK_SECONDS = 0.25
RECONNECT_MILLISECONDS = 10


class ProcessLink:
    """Starts its collector when created, before the event loop; raises CollectorGone if that fails."""

    def __init__(self, address: str, options: Sequence[str] = ()) -> None:
        self._address = address
        self._options = tuple(options)
        self._number = 0
        self._log = RateLimitedLog(logger(__name__))
        self._context: zmq.asyncio.Context | None = None
        self._socket: zmq.asyncio.Socket | None = None
        self._starting_until = 0.0
        self._child: CollectorChild | None = self._spawn()

    @property
    def collector_pid(self) -> int | None:
        """Process id of the collector; None after `close`."""
        return self._child.pid if self._child else None

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Return the collector's answer; raises CollectorGone if none arrives within `timeout` seconds.

        The timeout is START_SECONDS for the first answer, and BUSY_SECONDS while the collector uses CPU.
        """
        return await self._exchange(b"ask", pack(question), Answer, timeout)

    async def report(
        self, form: str, viewer: ViewerHealth | None = None, width: int = 160, timeout: float = 10.0
    ) -> Report:
        """Return the complete state in a form of `ReportQuestion`; raises CollectorGone as `ask`.

        Lines of text have at most `width` cells; `viewer` is the resource usage of this program.
        """
        return await self._exchange(b"report", pack(ReportQuestion(form, viewer, width)), Report, timeout)

    async def ping(self, timeout: float = 10.0) -> None:
        """Signal to the collector that its viewer is alive; raises CollectorGone as `ask`."""
        await self._exchange(b"ping", b"", type(None), timeout)

    async def restart(self) -> None:
        """Stop the collector and start another one; raises CollectorGone if that fails."""
        await self.close()
        self._child = await run_in_daemon_thread(self._spawn)

    async def close(self) -> None:
        """Stop the collector and wait for it; if cancelled, kill it."""
        self._drop_socket()
        if self._context is not None:
            self._context.term()
            self._context = None
        child, self._child = self._child, None
        if child is not None:
            try:
                await run_in_daemon_thread(child.close)
            except asyncio.CancelledError:
                child.kill()
                raise

    def _spawn(self) -> CollectorChild:
        try:
            child = CollectorChild(self._address, self._options)
        except OSError as error:
            raise CollectorGone(f"cannot start a collector: {error}") from error
        self._starting_until = time.monotonic() + START_SECONDS
        return child

    async def _exchange(self, kind: bytes, payload: bytes, expected: type[T], timeout: float) -> T:
        try:
            return await self._exchanged(kind, payload, expected, timeout)
        except CollectorGone as gone:
            self._log.warning("no answer from the collector: %s", gone)
            raise

    async def _exchanged(self, kind: bytes, payload: bytes, expected: type[T], timeout: float) -> T:
        if self._child is None:
            raise CollectorGone("the link is closed")
        socket = self._open_socket(self._child.endpoint)
        self._number += 1
        number = str(self._number).encode()
        left = max(timeout, self._starting_until - time.monotonic())
        waited, used = 0.0, None
        await socket.send_multipart([number, kind, payload])
        while left > 0:
            looked = time.monotonic()
            ready = await socket.poll(min(left if used is not None else left / 2, LOOK_SECONDS) * 1000)
            # time in which this process was stopped does not count
            passed = min(time.monotonic() - looked, 2 * LOOK_SECONDS)
            left, waited = left - passed, waited + passed
            if not ready:
                if self._child is None:
                    raise CollectorGone("the link is closed")
                if ended := self._child.ended():
                    raise CollectorGone(ended)
                if used is None:
                    used = self._child.cpu_seconds()
                elif left < LOOK_SECONDS and self._child.cpu_seconds() - used > BUSY_SHARE * timeout:
                    left, used = min(timeout, BUSY_SECONDS - waited), None
                continue
            parts = await socket.recv_multipart()
            self._starting_until = 0.0
            if len(parts) != 3 or parts[0] != number:
                continue  # a late answer to an earlier question
            try:
                if parts[1] != b"ok":
                    raise CollectorGone(f"the collector refused the question: {unpack(parts[2], str)}")
                return unpack(parts[2], expected)
            except InvalidMessage as error:
                raise CollectorGone(f"the collector's answer makes no sense: {error}") from error
        self._drop_socket()
        raise CollectorGone(self._child.ended() or f"the collector did not answer within {waited:.0f} s")

    def _open_socket(self, endpoint: str) -> zmq.asyncio.Socket:
        """Return the socket, created for the first question: zmq is imported while the child starts."""
        if self._socket is None:
            import zmq
            import zmq.asyncio

            self._context = self._context or zmq.asyncio.Context(io_threads=1)
            self._socket = self._context.socket(zmq.DEALER)
            self._socket.linger = 0
            self._socket.reconnect_ivl = RECONNECT_MILLISECONDS
            self._socket.connect(endpoint)
        return self._socket

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
