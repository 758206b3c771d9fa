"""The YMQ byte stream: an 8-byte little-endian length, then that many bytes, again and again."""

from __future__ import annotations

import struct

IMPOSSIBLE_LENGTH = 1 << 40
"""No scheduler sends a message of a tebibyte: such a length means that the stream is not what it seems."""

_LENGTH = struct.Struct("<Q")


class ImpossibleLength(ValueError):
    """A length no message has: the stream cannot be followed any further."""


class FrameStream:
    """Cuts a YMQ stream into frames, whatever the borders of the chunks that come in.

    Holds one unfinished frame of at most `frame_limit` bytes; a longer one is skipped and counted.
    """

    def __init__(self, frame_limit: int) -> None:
        self._frame_limit = frame_limit
        self._head = b""  # the first bytes of a length, less than 8
        self._parts: list[bytes] = []  # the frame that is still coming
        self._missing = 0  # bytes of it that have not come
        self._skipping = 0  # bytes of an oversized frame still to pass over
        self.oversized = 0

    def feed(self, chunk: bytes, frames: list[bytes]) -> None:
        """Append to `frames` each frame that `chunk` completes.

        Raises `ImpossibleLength`; the frames before it have been appended.
        """
        position = 0
        size = len(chunk)
        if self._missing:
            if size < self._missing:
                self._parts.append(chunk)
                self._missing -= size
                return
            position = self._missing
            self._parts.append(chunk[:position])
            frames.append(b"".join(self._parts))
            self._parts.clear()
            self._missing = 0
        elif self._skipping:
            position = min(self._skipping, size)
            self._skipping -= position
        elif self._head:
            chunk = self._head + chunk
            size = len(chunk)
            self._head = b""
        self._cut(chunk, position, size, frames)

    def _cut(self, chunk: bytes, position: int, size: int, frames: list[bytes]) -> None:
        length_at = _LENGTH.unpack_from
        append = frames.append
        limit = self._frame_limit
        while position + 8 <= size:
            (length,) = length_at(chunk, position)
            position += 8
            end = position + length
            if length > limit:
                if length >= IMPOSSIBLE_LENGTH:
                    raise ImpossibleLength(f"a message of {length} bytes was announced")
                self.oversized += 1
                self._skipping = max(0, end - size)
                position = min(end, size)
            elif end > size:
                self._missing = end - size
                self._parts.append(chunk[position:])
                return
            else:
                append(chunk[position:end])
                position = end
        self._head = chunk[position:]
