"""A ZeroMQ subscription to a scheduler that publishes over ZMTP: one connection, never a second by itself."""

from __future__ import annotations

import time

import zmq
from zmq.utils.monitor import parse_monitor_message

from scaler_monitor.wire.conversation import Arrivals, EndedWithoutReason
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.dial import (
    KEEPALIVE_IDLE_SECONDS,
    KEEPALIVE_INTERVAL_SECONDS,
    KEEPALIVE_PROBES,
)
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.problem import ConnectionProblem, try_monitor_port
from scaler_monitor.wire.waiting import Pollable, Steps, Wait

QUEUED_MESSAGES = 50_000  # what ZeroMQ holds for us at most; then the kernel's buffer fills
DRAINED_AT_ONCE = 20_000  # messages
DRAINED_BYTES = 64 * 1024 * 1024
OVERSIZED_FACTOR = 4
"""A message over the limit, but not this many times, is received and dropped, so that the stream goes on."""
HEARTBEAT_MILLISECONDS = 10_000
HEARTBEAT_TIMEOUT_MILLISECONDS = 45_000

_ENDINGS = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_CLOSED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)


class ZmqSubscription:
    """A SUB socket for everything, with a monitor that tells when its one connection has ended.

    ZeroMQ's own reconnecting is off: a scheduler that comes back may speak YMQ, and a SUB socket would
    write error lines into its log for ever.
    """

    wire: Wire = "zmq"
    ymq_version: int | None = None
    ahead = 0

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], destination: Destination) -> None:
        self.arrivals = Arrivals()
        self._address = destination.address
        self._frame_limit = frame_limit = destination.frame_limit
        self._patience = destination.patience
        self._socket = context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, -1)
        self._socket.setsockopt(zmq.RCVHWM, QUEUED_MESSAGES)
        self._socket.setsockopt(zmq.MAXMSGSIZE, frame_limit * OVERSIZED_FACTOR)
        self._socket.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MILLISECONDS)
        self._socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MILLISECONDS)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_SECONDS)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL_SECONDS)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_CNT, KEEPALIVE_PROBES)
        self._socket.setsockopt(zmq.IPV6, 1)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        self._events = self._socket.get_monitor_socket(_ENDINGS | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        self._ended = False

    @property
    def pollables(self) -> tuple[Pollable, ...]:
        """What to wait for: messages, and the end of the connection."""
        return (self._socket, self._events)

    def connect(self, endpoint: str) -> Steps[None]:
        """Connect to the scheduler's `endpoint` and shake hands. Raises `ConnectionProblem`.

        A host name would not do: of its addresses ZeroMQ tries the first alone, which may not be the one
        that the scheduler listens on.
        """
        self._socket.connect(endpoint)
        until = time.monotonic() + self._patience.handshake
        while (event := self._next_event()) is None:
            if not (yield Wait(until, readable=(self._events,))):
                raise ConnectionProblem(
                    f"{self._address}: no ZeroMQ handshake within {self._patience.handshake:g} s"
                )
        if event != zmq.EVENT_HANDSHAKE_SUCCEEDED:
            raise ConnectionProblem(
                f"{self._address}: a ZeroMQ socket answers that does not publish: "
                f"{try_monitor_port(self._address)}",
                broken_stream=True,
            )

    def read(self, frames: list[bytes]) -> bool:
        """Append what has come to `frames`; return False when nothing had.

        Each part of a message counts as a frame: schedulers send one part. Raises `EndedWithoutReason` when
        the connection is over and all that it brought has been read.
        """
        ended = self._next_event() is not None
        receive = self._socket.recv
        limit = self._frame_limit
        size = oversized = 0
        try:
            for _ in range(DRAINED_AT_ONCE):
                frame = receive(zmq.NOBLOCK)
                size += len(frame)
                if len(frame) > limit:
                    oversized += 1
                else:
                    frames.append(frame)
                if size > DRAINED_BYTES:
                    break
        except zmq.Again:
            if self._ended and not size:
                raise EndedWithoutReason(f"{self._address}: the connection ended") from None
        self._ended = self._ended or ended
        self.arrivals.bytes_received += size
        self.arrivals.oversized += oversized
        return size > 0 or ended

    def close(self) -> None:
        """Close the socket and its monitor."""
        self._socket.disable_monitor()
        self._events.close(0)
        self._socket.close(0)

    def _next_event(self) -> int | None:
        try:
            parts = self._events.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        return int(parse_monitor_message(parts)["event"])
