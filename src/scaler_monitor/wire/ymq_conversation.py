"""A YMQ scheduler's stream: greeted once, then only the scheduler speaks."""

from __future__ import annotations

import os
import time
import uuid

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.conversation import Arrivals
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.first_bytes import YMQ_GREETING, describe_silence
from scaler_monitor.wire.frame_stream import FrameStream, ImpossibleLength
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.waiting import Pollable, Steps, Wait


class YmqConversation:
    """Frames cut from one stream."""

    wire: Wire = "ymq"

    def __init__(self, destination: Destination, stream: ByteStream, ymq_version: int) -> None:
        self.ymq_version: int | None = ymq_version
        self.arrivals = Arrivals()
        self.ahead = 0
        self._address = destination.address
        self._stream = stream
        self._cutter = FrameStream(destination.frame_limit)
        self._early: list[bytes] = []  # frames that came along with the greeting
        self._broken: ConnectionProblem | None = None  # what came behind them

    @property
    def pollables(self) -> tuple[Pollable, ...]:
        return (self._stream.fileno,)

    def read(self, frames: list[bytes]) -> bool:
        if self._early:
            frames += self._early
            self._early = []
            return True
        if self._broken:
            raise self._broken
        chunk = self._stream.receive()
        if chunk is None:
            return False
        if not chunk:
            raise ConnectionProblem(f"{self._address}: the scheduler closed the connection")
        self._cut(chunk, frames)
        return True

    def close(self) -> None:
        self._stream.close()

    def greet(self, first: bytes, destination: Destination) -> Steps[None]:
        """Answer the scheduler's greeting, of which `first` has come, and hear its name.

        Raises `ConnectionProblem` or `OSError`.
        """
        name = f"{os.getpid()}|{destination.identity}|{uuid.uuid4().hex}".encode()
        self._stream.send(first[:YMQ_GREETING] + len(name).to_bytes(8, "little") + name)
        until = time.monotonic() + destination.patience.greeting
        came: list[bytes] = []
        chunk = first[YMQ_GREETING:] or None
        while not came:
            if chunk:
                try:
                    self._cut(chunk, came)
                except ConnectionProblem as broken:
                    if not came:
                        raise
                    self._broken = broken
            elif chunk == b"":
                raise ConnectionProblem(
                    f"{self._address}: the scheduler closed the connection at its greeting"
                )
            elif not (yield Wait(until, readable=self.pollables)):
                held = YMQ_GREETING + self.arrivals.bytes_received
                raise SilentListener(describe_silence(self._address, destination.patience.greeting, held))
            if not came:
                chunk = self._stream.receive()
        self.ahead = self.arrivals.bytes_received - 8 - len(came[0])
        self._early = came[1:]  # the first message is the scheduler's own name

    def _cut(self, chunk: bytes, frames: list[bytes]) -> None:
        skipped = self._cutter.oversized
        try:
            self._cutter.feed(chunk, frames)
        except ImpossibleLength as error:
            text = f"{self._address}: the stream is broken ({error}): it is read anew"
            raise ConnectionProblem(text, broken_stream=True) from None
        finally:
            self.arrivals.bytes_received += len(chunk)
            self.arrivals.oversized += self._cutter.oversized - skipped
