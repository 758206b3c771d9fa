"""One connection that a scheduler has greeted, whichever wire it speaks."""

from __future__ import annotations

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.first_bytes import describe_silence
from scaler_monitor.wire.frame_cutter import BrokenStream, FrameCutter
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.waiting import Deadline, Steps


class Arrivals:
    """What one conversation has brought since it was asked last."""

    __slots__ = ("bytes_received", "last_oversized", "oversized")

    def __init__(self) -> None:
        self.bytes_received = 0
        self.oversized = 0  # frames over the limit, passed over
        self.last_oversized = 0  # bytes of the last of them

    def take(self) -> tuple[int, int]:
        """Return bytes received and oversized frames, and begin anew."""
        taken = self.bytes_received, self.oversized
        self.bytes_received = self.oversized = 0
        return taken


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
        self.arrivals = Arrivals()
        self._address = destination.address
        self._greeting_seconds = destination.patience.greeting
        self._stream = stream
        self._cutter = cutter
        self._early = b""  # what came along with the greeting

    @property
    def pollables(self) -> tuple[int, ...]:
        """What to wait for before the next `read`."""
        return (self._stream.fileno,)

    @property
    def ahead(self) -> int:
        """Bytes that came along with the greeting, of messages behind it."""
        return len(self._early)

    def read(self, frames: list[bytes]) -> bool:
        """Append the frames that have come; return False when nothing had.

        Raises `ConnectionProblem` or `OSError` when the conversation is over, after all it has brought.
        """
        if self._early:
            chunk, self._early = self._early, b""
        else:
            received = self._stream.receive()
            if received is None:
                return False
            if not received:
                raise ConnectionProblem(f"{self._address}: the scheduler closed the connection")
            self.arrivals.bytes_received += len(received)
            chunk = received
        self._cut(chunk, frames)
        return True

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _cut(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append the frames that `chunk` completes. Raises `ConnectionProblem`."""
        before = self._cutter.oversized
        try:
            self._cutter.feed(chunk, frames)
        except BrokenStream as error:
            raise self._broken(str(error)) from None
        finally:
            self.arrivals.oversized += self._cutter.oversized - before
            self.arrivals.last_oversized = self._cutter.last_oversized

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
                    came = self.arrivals.bytes_received
                    raise SilentListener(describe_silence(self._address, self._greeting_seconds, came))
            elif not chunk:
                raise ConnectionProblem(
                    f"{self._address}: the scheduler closed the connection at its greeting"
                )
            else:
                self.arrivals.bytes_received += len(chunk)
                said += chunk
        return said

    def _deadline(self) -> Deadline:
        """When the greeting must be over."""
        return Deadline(self._greeting_seconds)
