"""YMQ framing: each message is an 8-byte little-endian length, followed by that many bytes."""

from __future__ import annotations

import struct

from scaler_monitor.wire.frame_splitter import FrameSplitter

_LENGTH = struct.Struct("<Q")


class YmqFrameSplitter(FrameSplitter):
    """Splits a YMQ stream into frames. YMQ has no pings and no commands."""

    def _split(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
        length_at = _LENGTH.unpack_from
        append = frames.append
        limit = self._frame_limit
        size = len(chunk)
        while position + 8 <= size:
            (length,) = length_at(chunk, position)
            position += 8
            end = position + length
            if length > limit:
                self._skip_oversized(length, end - size)
                position = min(end, size)
            elif end > size:
                self._begin(chunk[position:], end - size)
                return b""
            else:
                append(chunk[position:end])
                position = end
        return chunk[position:]
