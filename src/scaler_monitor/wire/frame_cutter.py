"""What every framing of a byte stream has in common: messages that come in pieces of any size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from io import BytesIO

from scaler_monitor.wire.limits import LARGE_FRAME

IMPOSSIBLE_LENGTH = 1 << 40
"""No scheduler sends a message of a tebibyte: such a length means that the stream is not what it seems."""


def never() -> bool:
    """There is always room."""
    return False


class BrokenStream(ValueError):
    """The stream is not what it seems and cannot be followed any further; `str()` is a few words why."""


class ImpossibleLength(BrokenStream):
    """A length that no message has."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a message of {length} bytes was announced")


class Unfinished:
    """The message whose end has not come: what has come of it, or how much of it is still passed over.

    All pieces go into one buffer, so that a byte costs a byte whatever the size of the pieces, and the whole
    message is handed over without another copy.
    """

    __slots__ = ("_buffer", "missing")

    def __init__(self) -> None:
        self.missing = 0  # bytes that have not come
        self._buffer: BytesIO | None = None  # None while it is passed over

    def keep(self, first: bytes, missing: int) -> None:
        """Begin a message of which `first` has come."""
        self._buffer = BytesIO()
        self._buffer.write(first)
        self.missing = missing

    @property
    def kept(self) -> int:
        """Bytes of it that have come and are kept."""
        return 0 if self._buffer is None else self._buffer.tell()

    def pass_over(self, missing: int) -> None:
        """Keep nothing of a message that misses so much: it is too long, or there is no room for it."""
        self._buffer = None
        self.missing = missing

    def take(self, chunk: bytes) -> int:
        """Take from the front of `chunk` what belongs to the message; return how many bytes that was."""
        size = min(self.missing, len(chunk))
        if self._buffer is not None:
            self._buffer.write(chunk if size == len(chunk) else memoryview(chunk)[:size])
        self.missing -= size
        return size

    def hand_over(self) -> bytes | None:
        """Return the message, all of which has come; None if it was passed over."""
        buffer, self._buffer = self._buffer, None
        return None if buffer is None else buffer.getvalue()


class FrameCutter(ABC):
    """Cuts a stream into frames, whatever the borders of the chunks that come in.

    Holds one unfinished frame of at most `frame_limit` bytes; a longer one is passed over as it comes, and
    counted. Whether there is room for one of more than LARGE_FRAME is asked once so much of it has come: then
    the frames before it are with whoever answers `crowded`, which may have done with them where they come
    slowly. Where it is crowded the frame is let go, and passed over from there on.
    """

    def __init__(self, frame_limit: int, crowded: Callable[[], bool] = never) -> None:
        self.shed = 0
        """Messages passed over for want of room."""
        self.oversized = 0
        self.last_oversized = 0  # bytes of the last message that was passed over
        self._taken = 0  # bytes that came in
        self._frame_limit = frame_limit
        self._crowded = crowded
        self._head = b""  # what has come of a header
        self._unfinished = Unfinished()
        self._asks = False  # whether there is room for the unfinished message is still to be asked

    def feed(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append to `frames` each frame that `chunk` completes.

        Raises `BrokenStream`; the frames before it have been appended.
        """
        position = 0
        self._taken += len(chunk)
        unfinished = self._unfinished
        if unfinished.missing:
            position = unfinished.take(chunk)
            if self._asks:
                self._ask_for_room()
            if unfinished.missing:
                return
            frame = unfinished.hand_over()
            if frame is not None:
                frames.append(frame)
        elif self._head:
            chunk = self._head + chunk
        self._head = self._cut(chunk, position, frames)

    @property
    def message_bytes(self) -> int:
        """Bytes of messages, and of what announces them, that have come."""
        return self._taken

    @abstractmethod
    def _cut(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
        """Append the frames of `chunk` from `position` on; return what is there of a header.

        Raises `BrokenStream`.
        """

    def _begin(self, first: bytes, missing: int) -> None:
        """Begin a message of which `first` has come; it is within the limit."""
        self._unfinished.keep(first, missing)
        self._asks = len(first) + missing > LARGE_FRAME
        if self._asks:
            self._ask_for_room()

    def _ask_for_room(self) -> None:
        """Ask once enough has come of a large message; where there is no room let it go, and count it."""
        unfinished = self._unfinished
        if unfinished.kept < LARGE_FRAME:
            return
        self._asks = False
        if self._crowded():
            self.shed += 1
            unfinished.pass_over(unfinished.missing)

    def _pass_over(self, length: int, missing: int) -> None:
        """Count a message of `length` bytes that is over the limit, of which `missing` have not come.

        Raises `ImpossibleLength`.
        """
        if length >= IMPOSSIBLE_LENGTH:
            raise ImpossibleLength(length)
        self.oversized += 1
        self.last_oversized = length
        self._unfinished.pass_over(max(0, missing))
