"""The base of all frame splitters: splits a byte stream, received in chunks of any size, into messages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from io import BytesIO

from scaler_monitor.wire.frame_limits import LARGE_FRAME

IMPOSSIBLE_LENGTH = 1 << 40
"""1 TiB, more than any message of a scheduler: such a length means that the stream is corrupt."""


def never_full() -> bool:
    """Return False: the default if there is no limit for all large frames together."""
    return False


class BrokenStream(ValueError):
    """The stream is corrupt or of another protocol, and cannot be parsed any further.

    `str()` is the reason.
    """


class ImpossibleLength(BrokenStream):
    """A length field with a value of IMPOSSIBLE_LENGTH or more."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a message of {length} bytes was announced")


class PartialFrame:
    """A message that is not complete yet: the bytes received so far, or the number of bytes still to skip.

    All pieces are written to one buffer, so that memory does not depend on their size, and the complete
    message is returned without another copy.
    """

    __slots__ = ("_buffer", "missing")

    def __init__(self) -> None:
        self.missing = 0  # bytes not received yet
        self._buffer: BytesIO | None = None  # None while the message is skipped

    def start(self, first: bytes, missing: int) -> None:
        """Begin a message with its first bytes."""
        self._buffer = BytesIO()
        self._buffer.write(first)
        self.missing = missing

    @property
    def buffered(self) -> int:
        """Number of bytes in the buffer."""
        return 0 if self._buffer is None else self._buffer.tell()

    def skip(self, missing: int) -> None:
        """Drop the buffer, and skip the `missing` bytes of a message that is too long or has no room."""
        self._buffer = None
        self.missing = missing

    def consume(self, chunk: bytes) -> int:
        """Consume the front part of `chunk` that belongs to the message; return its length."""
        size = min(self.missing, len(chunk))
        if self._buffer is not None:
            self._buffer.write(chunk if size == len(chunk) else memoryview(chunk)[:size])
        self.missing -= size
        return size

    def finish(self) -> bytes | None:
        """Return the complete message; None if it was skipped."""
        buffer, self._buffer = self._buffer, None
        return None if buffer is None else buffer.getvalue()


class FrameSplitter(ABC):
    """Splits a stream into frames, independent of the chunk boundaries.

    Buffers one incomplete frame of at most `frame_limit` bytes; a longer one is skipped and counted. For
    a frame over LARGE_FRAME bytes, `memory_full` is called once that many bytes have arrived: by then the
    frames before it are in the queue that answers, and may have been processed already. If it returns True,
    the frame is dropped and its rest skipped.
    """

    def __init__(self, frame_limit: int, memory_full: Callable[[], bool] = never_full) -> None:
        self.shed = 0
        """Number of frames dropped because memory was full."""
        self.oversized = 0
        self.last_oversized = 0  # bytes of the last oversized message
        self._received_bytes = 0
        self._frame_limit = frame_limit
        self._memory_full = memory_full
        self._partial_header = b""  # bytes of an incomplete header
        self._partial = PartialFrame()
        self._check_pending = False  # `memory_full` is still to be called for the partial message

    def feed(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append to `frames` each frame that `chunk` completes.

        Raises `BrokenStream`, after the frames before the error were appended.
        """
        position = 0
        self._received_bytes += len(chunk)
        partial = self._partial
        if partial.missing:
            position = partial.consume(chunk)
            if self._check_pending:
                self._check_memory()
            if partial.missing:
                return
            frame = partial.finish()
            if frame is not None:
                frames.append(frame)
        elif self._partial_header:
            chunk = self._partial_header + chunk
        self._partial_header = self._split(chunk, position, frames)

    @property
    def message_bytes(self) -> int:
        """Number of bytes received that belong to messages, their headers included."""
        return self._received_bytes

    @abstractmethod
    def _split(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
        """Append the frames of `chunk`, beginning at `position`; return the bytes of an incomplete header.

        Raises `BrokenStream`.
        """

    def _begin(self, first: bytes, missing: int) -> None:
        """Begin a message that is within the limit, with its first bytes."""
        self._partial.start(first, missing)
        self._check_pending = len(first) + missing > LARGE_FRAME
        if self._check_pending:
            self._check_memory()

    def _check_memory(self) -> None:
        """Call `memory_full` once LARGE_FRAME bytes have arrived.

        If it is full, drop the message and count it.
        """
        partial = self._partial
        if partial.buffered < LARGE_FRAME:
            return
        self._check_pending = False
        if self._memory_full():
            self.shed += 1
            partial.skip(partial.missing)

    def _skip_oversized(self, length: int, missing: int) -> None:
        """Count an oversized message of `length` bytes, and skip its `missing` bytes.

        Raises `ImpossibleLength`.
        """
        if length >= IMPOSSIBLE_LENGTH:
            raise ImpossibleLength(length)
        self.oversized += 1
        self.last_oversized = length
        self._partial.skip(max(0, missing))
