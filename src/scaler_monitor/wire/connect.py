"""The connection to one scheduler, whatever it speaks, that heals itself for ever."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.connector import Connector
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.destination import Destination, Patience
from scaler_monitor.wire.feed import Feed, FeedCounters, FeedState
from scaler_monitor.wire.feed_record import FeedRecord
from scaler_monitor.wire.frame_cutter import never
from scaler_monitor.wire.limits import FRAME_LIMIT
from scaler_monitor.wire.opening import Opening
from scaler_monitor.wire.problem import (
    NO_ROOM,
    ConnectionProblem,
    describe_os_error,
    describe_oversized,
)
from scaler_monitor.wire.quiet import QuietWatch
from scaler_monitor.wire.standing_by import stand_by
from scaler_monitor.wire.tls_stream import tls_context
from scaler_monitor.wire.waiting import AT_ONCE, Steps, Wait, Waker, pause

GATHER_SECONDS = 0.008
"""After the network ran dry: what comes within this time is taken with one wake-up instead of one a frame."""
DEFAULT_PATIENCE = Patience()


def open_feed(
    address: Address,
    *,
    frame_limit: int = FRAME_LIMIT,
    identity: str = "scaler-monitor",
    verify: bool | str = False,
    patience: Patience = DEFAULT_PATIENCE,
    now: Callable[[], float] = time.time,
    crowded: Callable[[], bool] = never,
) -> Feed:
    """Return the feed of the scheduler at `address`; it connects when it is first read.

    Frames over `frame_limit` bytes are skipped and counted. `identity` is the middle of the name told to a
    YMQ scheduler, made unique for every connection. TLS encrypts but does not verify the certificate, as
    upstream's own tools, since self-signed ones are usual: `verify` True checks it against the system's
    authorities, a path against the authority in that PEM file. `patience` is how long to wait for what.
    `now` gives the unix seconds of state changes. A frame that turns large while `crowded()` is skipped and
    counted apart. Raises `OSError` when the file in `verify` cannot be read, and nothing for what the network
    does.
    """
    tls = tls_context(verify) if address.secure else None
    return SchedulerFeed(Destination(address, tls, frame_limit, identity, patience, crowded), now)


class SchedulerFeed:
    """One scheduler's frames. One thread calls `read`, over and over; any thread may look or close."""

    def __init__(self, destination: Destination, now: Callable[[], float]) -> None:
        self._address = destination.address
        self._patience = destination.patience
        self._connector = Connector(destination)
        self._record = FeedRecord(now)
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._waker = Waker()
        self._life = self._live()
        self._wait = AT_ONCE
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
                    break  # the caller's time is over, the connection's is not
                self._wait = self._life.send(ready) if self._started else next(self._life)
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
            self._life.close()
            self._waker.close()
        self._record.move("disconnected", "closed")

    def _live(self) -> Steps[None]:
        seconds = self._patience.shortest_pause
        while True:
            self._record.proven = False
            begun = time.monotonic()
            problem = yield from self._live_once()
            self._record.move("disconnected", problem)
            if self._record.proven and time.monotonic() - begun > self._patience.steady:
                seconds = self._patience.shortest_pause
            yield from pause(seconds * random.uniform(0.7, 1.0))  # noqa: S311 - spreads viewers, guards nothing
            seconds = min(seconds * 2, self._patience.longest_pause)

    def _live_once(self) -> Steps[str]:
        """Connect and read until it fails; return why."""
        try:
            return (yield from self._follow((yield from self._connector.converse())))
        except ConnectionProblem as problem:
            self._record.count(broken_streams=int(problem.broken_stream))
            return str(problem)
        except OSError as error:
            return describe_os_error(self._address, error)

    def _follow(self, talk: Conversation) -> Steps[NoReturn]:
        """Read from the scheduler, over this connection or one that takes its place, until it ends."""
        record = self._record
        record.connected(talk.wire, talk.ymq_version)
        quiet = QuietWatch(time.monotonic(), self._patience)
        opening = self._opening(quiet.since)
        bursting = True
        try:
            while True:
                came = talk.read(record.frames)
                self._count(talk, opening)
                if came:
                    bursting = True
                    quiet.heard(now := time.monotonic())
                    if record.frames:
                        record.proven = True
                        record.note("")
                    elif not record.proven:
                        record.note(opening.explain(now, record.state.problem))
                    yield AT_ONCE
                elif bursting:
                    bursting = False
                    yield from pause(GATHER_SECONDS)
                elif second := (yield from self._wait_or_stand_by(talk, quiet, opening)):
                    talk.close()
                    talk = second
                    quiet.heard(time.monotonic(), usual=False)
                    opening = self._opening(quiet.since)
                    record.proven = bool(record.frames)
                    yield AT_ONCE
        finally:
            self._count(talk, opening)
            talk.close()

    def _opening(self, now: float) -> Opening:
        """Of a connection that begins now; what is told of it is told before it is suspected."""
        return Opening(self._address, min(self._patience.first_frame, self._patience.probe_after), now)

    def _wait_or_stand_by(
        self, talk: Conversation, quiet: QuietWatch, opening: Opening
    ) -> Steps[Conversation | None]:
        """Wait for something to read; return a connection that takes this one's place, or None.

        Raises `ConnectionProblem` when it has been quiet for long and the scheduler is gone.
        """
        record = self._record
        until = quiet.suspicious_at if record.proven else min(quiet.suspicious_at, opening.due)
        if (yield Wait(until, readable=talk.pollables)):
            return None
        now = time.monotonic()
        if not record.proven:
            record.note(opening.explain(now, record.state.problem))
        if now < quiet.suspicious_at:
            return None
        return (yield from stand_by(self._connector, talk, quiet, record))

    def _count(self, talk: Conversation, opening: Opening) -> None:
        came = talk.take_arrivals()
        if not came.message_bytes:
            return
        self._record.count(**came._asdict())
        opening.heard(came.message_bytes, time.monotonic())
        if (came.oversized or came.shed) and not self._record.proven:
            opening.skipped()
            why = describe_oversized(came.last_oversized) if came.oversized else NO_ROOM
            self._record.note(f"{self._address}: {why}")
