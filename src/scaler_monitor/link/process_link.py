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
"""How long a collector may take from its start to its first answer, however little time a question has."""

BUSY_SECONDS = 60.0
"""How long a collector may take that does not answer, but uses the CPU: it is busy, and not hung."""

BUSY_SHARE = 0.05
"""Of the time that it is waited for: what a busy collector uses at least, also beside other programs."""

LOOK_SECONDS = 0.25
RECONNECT_MILLISECONDS = 10


class ProcessLink:
    """Spawns its collector when made, before an event loop runs; raises CollectorGone if that fails."""

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
        """Return the collector's answer; raises CollectorGone when none comes within `timeout` seconds.

        The first answer may take as long as a slow disk takes to load the collector, and any answer
        BUSY_SECONDS while the collector uses the CPU.
        """
        return await self._exchange(b"ask", pack(question), Answer, timeout)

    async def report(
        self, form: str, viewer: ViewerHealth | None = None, width: int = 160, timeout: float = 10.0
    ) -> Report:
        """Return the whole state in a form of `ReportQuestion`; raises CollectorGone as `ask`.

        Lines of text have `width` cells at most; `viewer` is what this program costs, to be told in it.
        """
        return await self._exchange(b"report", pack(ReportQuestion(form, viewer, width)), Report, timeout)

    async def ping(self, timeout: float = 10.0) -> None:
        """Let the collector know that its viewer is there; raises CollectorGone as `ask`."""
        await self._exchange(b"ping", b"", type(None), timeout)

    async def restart(self) -> None:
        """Spawn another collector, beside the loop; raises CollectorGone if that fails."""
        await self.close()
        self._child = await run_in_daemon_thread(self._spawn)

    async def close(self) -> None:
        """Let the collector end, and reap it; when cancelled, kill it instead of waiting any longer."""
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
            came = await socket.poll(min(left if used is not None else left / 2, LOOK_SECONDS) * 1000)
            # while this process was stopped it could not have heard an answer
            passed = min(time.monotonic() - looked, 2 * LOOK_SECONDS)
            left, waited = left - passed, waited + passed
            if not came:
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
                continue  # the late answer to a question given up
            try:
                if parts[1] != b"ok":
                    raise CollectorGone(f"the collector refused the question: {unpack(parts[2], str)}")
                return unpack(parts[2], expected)
            except InvalidMessage as error:
                raise CollectorGone(f"the collector's answer makes no sense: {error}") from error
        self._drop_socket()
        raise CollectorGone(self._child.ended() or f"the collector did not answer within {waited:.0f} s")

    def _open_socket(self, endpoint: str) -> zmq.asyncio.Socket:
        """Return the socket, made at the first question: the child starts while we import."""
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
