"""ZMTP 3 framing, as used by ZeroMQ: each frame is a flags byte, a length, and that many bytes.

The ZeroMQ library is not used here because its memory cannot be limited in bytes: it either buffers an
oversized message completely or closes the connection, it limits its queue by the number of messages only, and
it buffers the parts of an incomplete message without any limit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from scaler_monitor.wire.frame_splitter import BrokenStream, FrameSplitter, never_full

MORE, LONG, COMMAND = 1, 2, 4
_NO_MESSAGE = 0xFF & ~(MORE | LONG)
_RESERVED = _NO_MESSAGE & ~COMMAND
MAX_COMMAND_BYTES = 4096
"""Bytes. The commands that exist have less than 600."""

_LENGTH = struct.Struct(">Q")


class ZmtpFrameSplitter(FrameSplitter):
    """Splits a ZMTP stream into frames. Each part of a message is a frame: schedulers send one part."""

    def __init__(self, frame_limit: int, memory_full: Callable[[], bool] = never_full) -> None:
        super().__init__(frame_limit, memory_full)
        self.commands: list[bytes] = []
        """Received commands; the reader removes them."""
        self._command_bytes = 0  # of complete commands

    @property
    def message_bytes(self) -> int:
        partial_message = (
            len(self._partial_header) if self._partial_header and self._partial_header[0] & _NO_MESSAGE else 0
        )
        return self._received_bytes - self._command_bytes - partial_message

    def _split(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
        length_at = _LENGTH.unpack_from
        append = frames.append
        limit = self._frame_limit
        size = len(chunk)
        while position + 2 <= size:
            flags = chunk[position]
            if flags & LONG:
                begin = position + 9
                if begin > size:
                    break
                (length,) = length_at(chunk, position + 1)
            else:
                begin = position + 2
                length = chunk[position + 1]
            end = begin + length
            if flags & _NO_MESSAGE:
                if not self._take_command(flags, chunk[begin:end], length):
                    break
                self._command_bytes += end - position
                position = end
            elif length > limit:
                self._skip_oversized(length, end - size)
                position = min(end, size)
            elif end > size:
                self._begin(chunk[begin:], end - size)
                return b""
            else:
                append(chunk[begin:end])
                position = end
        return chunk[position:]

    def _take_command(self, flags: int, body: bytes, length: int) -> bool:
        """Store a command; return False if it is incomplete. Raises `BrokenStream`."""
        if flags & _RESERVED or flags & MORE:
            raise BrokenStream(f"its flags {flags:#04x} mean nothing")
        if length > MAX_COMMAND_BYTES:
            raise BrokenStream(f"a command of {length} bytes was announced")
        if len(body) < length:
            return False
        self.commands.append(body)
        return True
