"""One connection to a scheduler, independent of its protocol."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.wire.byte_stream import ByteStream
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.frame_splitter import BrokenStream, FrameSplitter
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse
from scaler_monitor.wire.protocol_detection import describe_missing_greeting
from scaler_monitor.wire.waiting import Deadline, Steps


class ReceivedCounts(NamedTuple):
    """What a connection has received since the last call of `take_counts`."""

    message_bytes: int
    oversized: int  # frames over the limit, skipped
    last_oversized: int  # bytes of the last oversized frame
    shed: int  # frames skipped because memory was full


class SchedulerConnection:
    """A connection: handshake first, then frames that are split from one byte stream."""

    def __init__(
        self,
        destination: Destination,
        stream: ByteStream,
        splitter: FrameSplitter,
        wire: Wire,
        ymq_version: int | None = None,
    ) -> None:
        self.wire: Wire = wire
        self.ymq_version = ymq_version
        self._address = destination.address
        self._greeting_seconds = destination.timeouts.greeting
        self._stream = stream
        self._splitter = splitter
        self._pending = b""  # received together with the greeting, not parsed yet
        self._handshake_bytes = 0
        self._seen_control_frames = 0  # count at the last call of `_received_control`
        self._reported = ReceivedCounts(0, 0, 0, 0)  # totals at the last call of `take_counts`

    @property
    def filenos(self) -> tuple[int, ...]:
        """The file descriptors to poll before the next `read`."""
        return (self._stream.fileno,)

    def take_counts(self) -> ReceivedCounts:
        """Return what was received since the last call."""
        before, splitter = self._reported, self._splitter
        self._reported = ReceivedCounts(
            splitter.message_bytes, splitter.oversized, splitter.last_oversized, splitter.shed
        )
        return self._reported._replace(
            message_bytes=splitter.message_bytes - before.message_bytes,
            oversized=splitter.oversized - before.oversized,
            shed=splitter.shed - before.shed,
        )

    def read(self, frames: list[bytes]) -> bool:
        """Append the received frames; return False if nothing was received, not even a control frame.

        Raises `ConnectionProblem` or `OSError` at the end of the connection, after all frames were returned.
        """
        if self._pending:
            chunk, self._pending = self._pending, b""
        else:
            received = self._stream.receive()
            if received is None:
                return self._received_control()
            if not received:
                raise ConnectionProblem(f"{self._address}: the scheduler closed the connection")
            chunk = received
        self._split(chunk, frames)
        return True

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _split(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append the frames that `chunk` completes. Raises `ConnectionProblem` for a corrupt stream."""
        try:
            self._splitter.feed(chunk, frames)
        except BrokenStream as error:
            raise self._stream_error(str(error)) from None

    def _received_control(self) -> bool:
        """Return whether control frames, which carry no data, were received since the last call."""
        before, self._seen_control_frames = self._seen_control_frames, self._stream.control_frames
        return before != self._seen_control_frames

    def _stream_error(self, why: str) -> ConnectionProblem:
        """Return the exception for a stream that cannot be parsed any further."""
        text = f"{self._address}: the stream is broken ({why}): reconnecting"
        return ConnectionProblem(text, broken_stream=True)

    def _read_until(self, received: bytes, length: int, deadline: Deadline) -> Steps[bytes]:
        """Receive until there are at least `length` bytes, `received` included; return them.

        Raises `ConnectionProblem` or `OSError`.
        """
        while len(received) < length:
            chunk = self._stream.receive()
            if chunk is None:
                if not (yield from deadline.wait(self.filenos)):
                    problem = describe_missing_greeting(
                        self._address, self._greeting_seconds, self._handshake_bytes
                    )
                    raise NoResponse(problem)
            elif not chunk:
                raise ConnectionProblem(
                    f"{self._address}: the scheduler closed the connection in its greeting"
                )
            else:
                self._handshake_bytes += len(chunk)
                received += chunk
        return received

    def _deadline(self) -> Deadline:
        """Return the deadline of the handshake."""
        return Deadline(self._greeting_seconds)
