"""A connection to a YMQ scheduler: after the handshake only the scheduler sends."""

from __future__ import annotations

import os
import uuid

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.protocol_detection import YMQ_GREETING
from scaler_monitor.wire.scheduler_connection import SchedulerConnection
from scaler_monitor.wire.waiting import Steps
from scaler_monitor.wire.ymq_frames import YmqFrameSplitter

MAX_NAME_BYTES = 1 << 14
"""Bytes of a scheduler's name. Upstream's names have less than 100."""


class YmqConnection(SchedulerConnection):
    """A connection that begins with YMQ's magic."""

    def __init__(self, destination: Destination, stream: ByteStream, ymq_version: int) -> None:
        splitter = YmqFrameSplitter(destination.frame_limit, destination.memory_full)
        super().__init__(destination, stream, splitter, "ymq", ymq_version)

    def handshake(self, first: bytes, destination: Destination) -> Steps[None]:
        """Answer the scheduler's greeting, whose first bytes are `first`, and read its name.

        Raises `ConnectionProblem` or `OSError`.
        """
        name = f"{os.getpid()}|{destination.identity}|{uuid.uuid4().hex}".encode()
        self._stream.send(first[:YMQ_GREETING] + len(name).to_bytes(8, "little") + name)
        self._handshake_bytes += len(first)
        deadline = self._deadline()
        received = yield from self._read_until(first[YMQ_GREETING:], 8, deadline)
        length = int.from_bytes(received[:8], "little")
        if length > MAX_NAME_BYTES:
            raise self._stream_error(f"a name of {length} bytes was announced")
        received = yield from self._read_until(received, 8 + length, deadline)
        self._pending = received[8 + length :]
