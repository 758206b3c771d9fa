"""One connection that a scheduler has greeted, whichever wire it speaks."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.first_bytes import describe_silence
from scaler_monitor.wire.frame_cutter import BrokenStream, FrameCutter
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.waiting import Deadline, Steps


class Arrivals(NamedTuple):
    """What one conversation has brought since it was asked last."""

    message_bytes: int
    oversized: int  # frames over the limit, passed over
    last_oversized: int  # bytes of the last of them
    shed: int  # frames for which there was no room, passed over


class Conversation:
    """A connection from its greeting to its end: frames cut from one stream."""

    def __init__(
        self,
        destination: Destination,
        stream: ByteStream,
        cutter: FrameCutter,
        wire: Wire,
        ymq_version: int | None = None,
    ) -> None:
        self.wire: Wire = wire
        self.ymq_version = ymq_version
        self._address = destination.address
        self._greeting_seconds = destination.patience.greeting
        self._stream = stream
        self._cutter = cutter
        self._early = b""  # what came along with the greeting
        self._greeting_bytes = 0
        self._asides = 0  # of the stream, as they were looked at last
        self._told = Arrivals(0, 0, 0, 0)  # since the beginning, as it was told last

    @property
    def pollables(self) -> tuple[int, ...]:
        """What to wait for before the next `read`."""
        return (self._stream.fileno,)

    def take_arrivals(self) -> Arrivals:
        """Return what it has brought since it was asked last."""
        before, cutter = self._told, self._cutter
        self._told = Arrivals(cutter.message_bytes, cutter.oversized, cutter.last_oversized, cutter.shed)
        return self._told._replace(
            message_bytes=cutter.message_bytes - before.message_bytes,
            oversized=cutter.oversized - before.oversized,
            shed=cutter.shed - before.shed,
        )

    def read(self, frames: list[bytes]) -> bool:
        """Append the frames that have come; return False when nothing had, nor a sign of life.

        Raises `ConnectionProblem` or `OSError` when the conversation is over, after all it has brought.
        """
        if self._early:
            chunk, self._early = self._early, b""
        else:
            received = self._stream.receive()
            if received is None:
                return self._heard_asides()
            if not received:
                raise ConnectionProblem(f"{self._address}: the scheduler closed the connection")
            chunk = received
        self._cut(chunk, frames)
        return True

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _cut(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append the frames that `chunk` completes. Raises `ConnectionProblem`."""
        try:
            self._cutter.feed(chunk, frames)
        except BrokenStream as error:
            raise self._broken(str(error)) from None

    def _heard_asides(self) -> bool:
        """Tell whether something came that carries nothing, since this was asked last."""
        before, self._asides = self._asides, self._stream.asides
        return before != self._asides

    def _broken(self, why: str) -> ConnectionProblem:
        """What ends a conversation that cannot be followed."""
        text = f"{self._address}: the stream is broken ({why}): it is read anew"
        return ConnectionProblem(text, broken_stream=True)

    def _hear(self, said: bytes, enough: int, deadline: Deadline) -> Steps[bytes]:
        """Return `said` and what follows it, `enough` bytes or more; for greetings, which are short.

        Raises `ConnectionProblem` or `OSError`.
        """
        while len(said) < enough:
            chunk = self._stream.receive()
            if chunk is None:
                if not (yield from deadline.wait(self.pollables)):
                    told = describe_silence(self._address, self._greeting_seconds, self._greeting_bytes)
                    raise SilentListener(told)
            elif not chunk:
                raise ConnectionProblem(
                    f"{self._address}: the scheduler closed the connection at its greeting"
                )
            else:
                self._greeting_bytes += len(chunk)
                said += chunk
        return said

    def _deadline(self) -> Deadline:
        """When the greeting must be over."""
        return Deadline(self._greeting_seconds)
