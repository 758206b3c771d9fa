"""A YMQ scheduler's stream: greeted once, then only the scheduler speaks."""

from __future__ import annotations

import os
import uuid

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.first_bytes import YMQ_GREETING
from scaler_monitor.wire.frame_stream import FrameStream
from scaler_monitor.wire.waiting import Steps

LONGEST_NAME = 1 << 14
"""Bytes of a scheduler's own name. Upstream's have less than 100."""


class YmqConversation(Conversation):
    """What a scheduler that greets with YMQ's magic goes on to say."""

    def __init__(self, destination: Destination, stream: ByteStream, ymq_version: int) -> None:
        cutter = FrameStream(destination.frame_limit, destination.crowded)
        super().__init__(destination, stream, cutter, "ymq", ymq_version)

    def greet(self, first: bytes, destination: Destination) -> Steps[None]:
        """Answer the scheduler's greeting, of which `first` has come, and hear its name.

        Raises `ConnectionProblem` or `OSError`.
        """
        name = f"{os.getpid()}|{destination.identity}|{uuid.uuid4().hex}".encode()
        self._stream.send(first[:YMQ_GREETING] + len(name).to_bytes(8, "little") + name)
        self._greeting_bytes += len(first)
        deadline = self._deadline()
        said = yield from self._hear(first[YMQ_GREETING:], 8, deadline)
        length = int.from_bytes(said[:8], "little")
        if length > LONGEST_NAME:
            raise self._broken(f"a name of {length} bytes was announced")
        said = yield from self._hear(said, 8 + length, deadline)
        self._early = said[8 + length :]
