"""The connection to one scheduler, whatever it speaks, that heals itself for ever."""

from __future__ import annotations

import os
import random
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from typing import NoReturn

import zmq

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import ByteStream, open_plain
from scaler_monitor.wire.feed import Feed, FeedCounters, FeedState, Phase, Wire
from scaler_monitor.wire.first_bytes import YMQ_GREETING, YMQ_MAGIC, describe_silence, recognise
from scaler_monitor.wire.frame_stream import FrameStream, ImpossibleLength
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener, describe_os_error, try_monitor_port
from scaler_monitor.wire.quiet import QuietWatch
from scaler_monitor.wire.tls_stream import open_tls, tls_context
from scaler_monitor.wire.waiting import Pollable, Steps, Wait, Waker, pause
from scaler_monitor.wire.zmq_subscription import ZmqSubscription

FRAME_LIMIT = 64 * 1024 * 1024
GREETING_SECONDS = 3.0
FIRST_FRAME_SECONDS = 5.0  # a report comes every second unless the scheduler is told otherwise
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
GATHER_SECONDS = 0.008
"""After the network ran dry: what comes within this time is taken with one wake-up instead of one a frame."""
AT_ONCE = Wait(0.0)


def open_feed(
    address: Address,
    *,
    frame_limit: int = FRAME_LIMIT,
    identity: str = "scaler-monitor",
    verify: bool | str = False,
    now: Callable[[], float] = time.time,
) -> Feed:
    """Return the feed of the scheduler at `address`; it connects when it is first read.

    Frames over `frame_limit` bytes are skipped and counted. `identity` is the middle of the name told to a
    YMQ scheduler, made unique for every connection. TLS encrypts but does not verify the certificate, as
    upstream's own tools, since self-signed ones are usual: `verify` True checks it against the system's
    authorities, a path against the authority in that PEM file. `now` gives the unix seconds of state changes.
    Raises `OSError` when the file in `verify` cannot be read, and nothing for what the network does.
    """
    tls = tls_context(verify) if address.secure else None
    return SchedulerFeed(address, frame_limit, identity, tls, now)


class SchedulerFeed:
    """One scheduler's frames. One thread calls `read`, over and over; any thread may look or close."""

    def __init__(
        self,
        address: Address,
        frame_limit: int,
        identity: str,
        tls: ssl.SSLContext | None,
        now: Callable[[], float],
    ) -> None:
        self._address = address
        self._frame_limit = frame_limit
        self._identity = identity
        self._tls = tls
        self._now = now
        self._state = FeedState("connecting", None, None, now(), 0, "")
        self._counters = FeedCounters(0, 0, 0, 0)
        self._zmq: zmq.Context[zmq.Socket[bytes]] | None = None
        self._frames: list[bytes] = []
        self._proven = False  # this connection brought a frame
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._waker = Waker()
        self._life = self._live()
        self._wait = Wait(0.0)
        self._started = False

    @property
    def state(self) -> FeedState:
        return self._state

    @property
    def counters(self) -> FeedCounters:
        return self._counters

    def read(self, timeout: float) -> list[bytes]:
        deadline = time.monotonic() + timeout
        with self._reading:
            while not self._closed.is_set():
                if self._frames:
                    return self._take_frames()
                ready = self._waker.wait(self._wait, deadline) if self._wait.until > 0 else True
                if self._closed.is_set():
                    break
                current = time.monotonic()
                if not ready and current < self._wait.until:
                    break  # the caller's time is over, the connection's is not
                self._wait = self._life.send(ready) if self._started else next(self._life)
                self._started = True
                if current >= deadline and not self._frames:
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
            if self._zmq is not None:
                self._zmq.destroy(linger=0)
        self._move("disconnected", "closed")

    def _take_frames(self) -> list[bytes]:
        frames, self._frames = self._frames, []
        self._counters = self._counters._replace(frames=self._counters.frames + len(frames))
        return frames

    def _live(self) -> Steps[None]:
        seconds = SHORTEST_PAUSE_SECONDS
        while True:
            self._proven = False
            problem = yield from self._live_once()
            self._move("disconnected", problem)
            if self._proven:
                seconds = SHORTEST_PAUSE_SECONDS
            yield from pause(seconds * random.uniform(0.7, 1.0))  # noqa: S311 - spreads viewers, guards nothing
            seconds = min(seconds * 2, LONGEST_PAUSE_SECONDS)

    def _live_once(self) -> Steps[str]:
        """Connect and read until it fails; return why."""
        try:
            with closing((yield from self._open_stream())) as stream:
                wire, first = yield from self._look(stream)
                if wire == "ymq":
                    return (yield from self._follow_ymq(stream, first))
            return (yield from self._follow_zmq())
        except ConnectionProblem as problem:
            self._count(broken_streams=int(problem.broken_stream))
            return str(problem)
        except zmq.ZMQError as error:
            return f"{self._address}: ZeroMQ says: {error}"
        except OSError as error:
            return describe_os_error(self._address, error)

    def _open_stream(self) -> Steps[ByteStream]:
        if self._address.scheme in ("ws", "wss"):
            from scaler_monitor.wire.websocket_stream import open_websocket

            first_time = self._state.connects == 0
            return (yield from open_websocket(self._address, self._tls, self._frame_limit, first_time))
        if self._tls is not None:
            return (yield from open_tls(self._address, self._tls))
        return (yield from open_plain(self._address))

    def _look(self, stream: ByteStream) -> Steps[tuple[Wire, bytes]]:
        """Read until the first bytes tell the wire; return it and what was read."""
        first = b""
        until = time.monotonic() + GREETING_SECONDS
        while True:
            chunk = stream.receive()
            if chunk is None:
                if not (yield Wait(until, readable=(stream.fileno,))):
                    raise SilentListener(describe_silence(self._address, GREETING_SECONDS))
            elif not chunk:
                raise ConnectionProblem(
                    f"{self._address}: the connection was closed before a word was said: is the port right?"
                )
            else:
                first += chunk
                wire = recognise(first, self._address)
                if wire is not None:
                    return wire, first

    def _follow_ymq(self, stream: ByteStream, first: bytes) -> Steps[NoReturn]:
        """Greet the scheduler and read its stream until it ends."""
        version = first[YMQ_GREETING - 1]
        name = f"{os.getpid()}|{self._identity}|{uuid.uuid4().hex}".encode()
        stream.send(YMQ_MAGIC + bytes((version,)) + len(name).to_bytes(8, "little") + name)
        frames = FrameStream(self._frame_limit)
        greeting: list[bytes] = []
        chunk = first[YMQ_GREETING:] or None
        until = time.monotonic() + GREETING_SECONDS
        while not greeting:
            if chunk:
                try:
                    self._take(chunk, frames, greeting)
                finally:
                    self._frames += greeting[1:]  # the first message is the scheduler's own name
            elif chunk == b"":
                raise ConnectionProblem(
                    f"{self._address}: the scheduler closed the connection at its greeting"
                )
            elif not (yield Wait(until, readable=(stream.fileno,))):
                raise SilentListener(describe_silence(self._address, GREETING_SECONDS))
            chunk = stream.receive()
        self._connected("ymq", version)
        quiet = QuietWatch(time.monotonic())
        bursting = True
        while True:
            if chunk:
                self._take(chunk, frames, self._frames)
                bursting = True
            elif chunk == b"":
                raise ConnectionProblem(f"{self._address}: the scheduler closed the connection")
            elif bursting:
                bursting = False
                yield from pause(GATHER_SECONDS)
            else:
                yield from self._wait_or_look_again(quiet, (stream.fileno,))
            if self._frames:
                self._heard(quiet)
                yield AT_ONCE
            chunk = stream.receive()

    def _take(self, chunk: bytes, frames: FrameStream, into: list[bytes]) -> None:
        skipped = frames.oversized
        try:
            frames.feed(chunk, into)
        except ImpossibleLength as error:
            text = f"{self._address}: the stream is broken ({error}): it is read anew"
            raise ConnectionProblem(text, broken_stream=True) from None
        finally:
            self._count(bytes_received=len(chunk), oversized=frames.oversized - skipped)

    def _follow_zmq(self) -> Steps[NoReturn]:
        """Subscribe to a ZMTP scheduler and read until the connection ends."""
        if self._zmq is None:
            self._zmq = zmq.Context()
        with closing(ZmqSubscription(self._zmq, self._address, self._frame_limit)) as subscription:
            yield from subscription.connect()
            self._connected("zmq", None)
            quiet = QuietWatch(time.monotonic())
            stands = True
            while stands:
                seen, skipped = subscription.bytes_received, subscription.oversized
                stands = subscription.drain(self._frames)
                received, oversized = subscription.bytes_received - seen, subscription.oversized - skipped
                if received:
                    self._count(bytes_received=received, oversized=oversized)
                    self._heard(quiet)
                    yield AT_ONCE
                    yield from pause(GATHER_SECONDS)
                elif stands:
                    yield from self._wait_or_look_again(quiet, subscription.pollables)
        try:  # ZeroMQ tells no reason
            yield from self._second_look()
        except (OSError, ConnectionProblem):
            raise ConnectionProblem(f"{self._address}: the scheduler closed the connection") from None
        text = f"{self._address}: the connection was ended, though the scheduler is there: it is read anew"
        raise ConnectionProblem(text, broken_stream=True)

    def _wait_or_look_again(self, quiet: QuietWatch, pollables: tuple[Pollable, ...]) -> Steps[None]:
        """Wait for data, and when it has been quiet for long, see how a fresh connection fares.

        Returns when there may be data. Raises `ConnectionProblem` when the scheduler is gone.
        """
        until = quiet.next_look
        explain = not self._proven and not self._state.problem
        if explain:
            until = min(until, quiet.since + FIRST_FRAME_SECONDS)
        if (yield Wait(until, readable=pollables)):
            return
        if explain and time.monotonic() >= quiet.since + FIRST_FRAME_SECONDS:
            self._note(
                f"{self._address}: greeted, but no report in {FIRST_FRAME_SECONDS:.0f} s: "
                f"a long report interval, or {try_monitor_port(self._address)}"
            )
        if time.monotonic() >= quiet.next_look:
            quiet.looked(time.monotonic())
            yield from self._look_again(quiet, pollables)

    def _look_again(self, quiet: QuietWatch, pollables: tuple[Pollable, ...]) -> Steps[None]:
        """Take the second look; give it up when the old connection speaks."""
        looking = self._second_look()
        with closing(looking):
            ready = True
            try:
                wait = next(looking)
                while True:
                    ready = yield wait._replace(readable=wait.readable + pollables)
                    if ready and zmq.zmq_poll([(each, zmq.POLLIN) for each in pollables], 0):
                        return
                    wait = looking.send(ready)
            except StopIteration:
                if self._proven:
                    self._note("")
            except SilentListener:
                seconds = time.monotonic() - quiet.since
                self._note(
                    f"{self._address}: nothing for {seconds:.0f} s, and a fresh connection is not greeted: "
                    "the scheduler may be frozen"
                )
            except (OSError, ConnectionProblem) as error:
                text = describe_os_error(self._address, error) if isinstance(error, OSError) else str(error)
                raise ConnectionProblem(f"fell silent, and a fresh connection fails: {text}") from None

    def _second_look(self) -> Steps[None]:
        with closing((yield from self._open_stream())) as stream:
            wire, _ = yield from self._look(stream)
        if wire != self._state.wire:
            raise ConnectionProblem(f"{self._address}: the scheduler speaks {wire} now")

    def _connected(self, wire: Wire, ymq_version: int | None) -> None:
        self._state = FeedState("connected", wire, ymq_version, self._now(), self._state.connects + 1, "")

    def _heard(self, quiet: QuietWatch) -> None:
        quiet.heard(time.monotonic())
        self._proven = True
        if self._state.problem:
            self._note("")

    def _note(self, problem: str) -> None:
        self._state = self._state._replace(problem=problem)

    def _move(self, phase: Phase, problem: str) -> None:
        since = self._state.since if self._state.phase == phase else self._now()
        self._state = self._state._replace(phase=phase, since=since, problem=problem)

    def _count(self, *, bytes_received: int = 0, oversized: int = 0, broken_streams: int = 0) -> None:
        before = self._counters
        self._counters = FeedCounters(
            before.bytes_received + bytes_received,
            before.frames,
            before.oversized + oversized,
            before.broken_streams + broken_streams,
        )
