"""The YMQ byte stream: an 8-byte little-endian length, then that many bytes, again and again."""

from __future__ import annotations

import struct

from scaler_monitor.wire.frame_cutter import FrameCutter

_LENGTH = struct.Struct("<Q")


class FrameStream(FrameCutter):
    """Cuts a YMQ stream into frames: there is nothing else in it, no ping and no command."""

    def _cut(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
        length_at = _LENGTH.unpack_from
        append = frames.append
        limit = self._frame_limit
        size = len(chunk)
        while position + 8 <= size:
            (length,) = length_at(chunk, position)
            position += 8
            end = position + length
            if length > limit:
                self._pass_over(length, end - size)
                position = min(end, size)
            elif end > size:
                self._begin(chunk[position:], end - size)
                return b""
            else:
                append(chunk[position:end])
                position = end
        return chunk[position:]
