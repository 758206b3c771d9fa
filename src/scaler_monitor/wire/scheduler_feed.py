"""The feed of one scheduler over any transport, which reconnects until it is closed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.connection_probe import probe_connection
from scaler_monitor.wire.connector import Connector
from scaler_monitor.wire.destination import Destination, Timeouts
from scaler_monitor.wire.feed import Feed, FeedCounters, FeedState
from scaler_monitor.wire.feed_record import FeedRecord
from scaler_monitor.wire.first_frame_timer import FirstFrameTimer
from scaler_monitor.wire.frame_limits import FRAME_LIMIT
from scaler_monitor.wire.frame_splitter import never_full
from scaler_monitor.wire.idle_detector import IdleDetector
from scaler_monitor.wire.problem import (
    NO_ROOM,
    ConnectionProblem,
    describe_os_error,
    describe_oversized,
)
from scaler_monitor.wire.scheduler_connection import SchedulerConnection
from scaler_monitor.wire.tls_stream import tls_context
from scaler_monitor.wire.waiting import NO_WAIT, Steps, Wait, Waker, pause

GATHER_SECONDS = 0.008
"""Delay after the socket has been read empty, so that frames that arrive together cost one wake-up."""
DEFAULT_TIMEOUTS = Timeouts()


def open_feed(
    address: Address,
    *,
    frame_limit: int = FRAME_LIMIT,
    identity: str = "scaler-monitor",
    verify: bool | str = False,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    now: Callable[[], float] = time.time,
    memory_full: Callable[[], bool] = never_full,
) -> Feed:
    """Return the feed of the scheduler at `address`; it connects on the first `read`.

    Frames over `frame_limit` bytes are skipped and counted. `identity` is the middle part of the name sent to
    a YMQ scheduler; the rest makes it unique for each connection. By default TLS does not verify the
    certificate, like upstream's own tools, because self-signed ones are common: `verify=True` checks it
    against the system's certificate authorities, a path against the authority in that PEM file. `now` returns
    unix seconds, for the times of state changes. A large frame that arrives while `memory_full()` is skipped
    and counted separately. Raises `OSError` if the file in `verify` cannot be read; network errors never
    raise.
    """
    tls = tls_context(verify) if address.secure else None
    return SchedulerFeed(Destination(address, tls, frame_limit, identity, timeouts, memory_full), now)


class SchedulerFeed:
    """The frames of one scheduler. One thread calls `read`; any thread may read the state or close."""

    def __init__(self, destination: Destination, now: Callable[[], float]) -> None:
        self._address = destination.address
        self._timeouts = destination.timeouts
        self._connector = Connector(destination)
        self._record = FeedRecord(now)
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._waker = Waker()
        self._steps = self._run()
        self._wait = NO_WAIT
        self._started = False

    @property
    def state(self) -> FeedState:
        return self._record.state

    @property
    def counters(self) -> FeedCounters:
        return self._record.counters

    def read(self, timeout: float) -> list[bytes]:
        deadline = time.monotonic() + timeout
        with self._reading:
            while not self._closed.is_set():
                if self._record.frames:
                    return self._record.take_frames()
                ready = self._waker.wait(self._wait, deadline) if self._wait.until > 0 else True
                if self._closed.is_set():
                    break
                current = time.monotonic()
                if not ready and current < self._wait.until:
                    break  # the caller's timeout has expired, the connection's wait has not
                self._wait = self._steps.send(ready) if self._started else next(self._steps)
                self._started = True
                if current >= deadline and not self._record.frames:
                    break
        return []

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        self._waker.wake()
        with self._reading:
            self._steps.close()
            self._waker.close()
        self._record.set_phase("disconnected", "closed")

    def _run(self) -> Steps[None]:
        seconds = self._timeouts.min_retry_delay
        while True:
            self._record.has_frames = False
            started = time.monotonic()
            problem = yield from self._run_once()
            self._record.set_phase("disconnected", problem)
            if self._record.has_frames and time.monotonic() - started > self._timeouts.stable_after:
                seconds = self._timeouts.min_retry_delay
            yield from pause(seconds * random.uniform(0.7, 1.0))  # noqa: S311 - spreads viewers, guards nothing
            seconds = min(seconds * 2, self._timeouts.max_retry_delay)

    def _run_once(self) -> Steps[str]:
        """Connect and read until it fails; return the reason."""
        try:
            return (yield from self._read_frames((yield from self._connector.connect())))
        except ConnectionProblem as problem:
            self._record.add_counts(broken_streams=int(problem.broken_stream))
            return str(problem)
        except OSError as error:
            return describe_os_error(self._address, error)

    def _read_frames(self, connection: SchedulerConnection) -> Steps[NoReturn]:
        """Read frames from this connection, or from one that replaces it, until it fails."""
        record = self._record
        record.set_connected(connection.wire, connection.ymq_version)
        idle = IdleDetector(time.monotonic(), self._timeouts)
        timer = self._first_frame_timer(idle.since)
        bursting = True
        try:
            while True:
                received = connection.read(record.frames)
                self._count(connection, timer)
                if received:
                    bursting = True
                    idle.received(now := time.monotonic())
                    if record.frames:
                        record.has_frames = True
                        record.set_problem("")
                    elif not record.has_frames:
                        record.set_problem(timer.explain(now, record.state.problem))
                    yield NO_WAIT
                elif bursting:
                    bursting = False
                    yield from pause(GATHER_SECONDS)
                elif second := (yield from self._wait_or_probe(connection, idle, timer)):
                    connection.close()
                    connection = second
                    idle.received(time.monotonic(), usual=False)
                    timer = self._first_frame_timer(idle.since)
                    record.has_frames = bool(record.frames)
                    yield NO_WAIT
        finally:
            self._count(connection, timer)
            connection.close()

    def _first_frame_timer(self, now: float) -> FirstFrameTimer:
        """Return the timer of a new connection; it expires before the idle detector starts a probe."""
        return FirstFrameTimer(
            self._address, min(self._timeouts.first_frame, self._timeouts.probe_after), now
        )

    def _wait_or_probe(
        self, connection: SchedulerConnection, idle: IdleDetector, timer: FirstFrameTimer
    ) -> Steps[SchedulerConnection | None]:
        """Wait for data; return a connection that replaces this one, or None to continue reading.

        Raises `ConnectionProblem` if the connection has been idle for long and the scheduler is gone.
        """
        record = self._record
        until = idle.probe_at if record.has_frames else min(idle.probe_at, timer.next_check)
        if (yield Wait(until, readable=connection.filenos)):
            return None
        now = time.monotonic()
        if not record.has_frames:
            record.set_problem(timer.explain(now, record.state.problem))
        if now < idle.probe_at:
            return None
        return (yield from probe_connection(self._connector, connection, idle, record))

    def _count(self, connection: SchedulerConnection, timer: FirstFrameTimer) -> None:
        received = connection.take_counts()
        if not received.message_bytes:
            return
        self._record.add_counts(**received._asdict())
        timer.add_bytes(received.message_bytes, time.monotonic())
        if (received.oversized or received.shed) and not self._record.has_frames:
            timer.mark_skipped()
            why = describe_oversized(received.last_oversized) if received.oversized else NO_ROOM
            self._record.set_problem(f"{self._address}: {why}")
