"""The ZMTP 3 byte stream that ZeroMQ sockets speak: flags, a length, then that many bytes, again and again.

ZeroMQ's own library is not used here: it takes in an oversized message whole or ends the connection, it
queues as many messages as fit a number, whatever their size, and the parts of an unfinished message without
any limit. None of that can be bounded in bytes from outside.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from scaler_monitor.wire.frame_cutter import BrokenStream, FrameCutter, never

MORE, LONG, COMMAND = 1, 2, 4
_NO_MESSAGE = 0xFF & ~(MORE | LONG)
_RESERVED = _NO_MESSAGE & ~COMMAND
LONGEST_COMMAND = 4096
"""Bytes. Those that exist have less than 600."""

_LENGTH = struct.Struct(">Q")


class ZmtpStream(FrameCutter):
    """Cuts a ZMTP stream into frames. Each part of a message is a frame: schedulers send one part."""

    def __init__(self, frame_limit: int, crowded: Callable[[], bool] = never) -> None:
        super().__init__(frame_limit, crowded)
        self.commands: list[bytes] = []
        """Those that came; whoever reads them takes them out."""
        self._command_bytes = 0  # of whole ones

    @property
    def message_bytes(self) -> int:
        begun = len(self._head) if self._head and self._head[0] & _NO_MESSAGE else 0
        return self._taken - self._command_bytes - begun

    def _cut(self, chunk: bytes, position: int, frames: list[bytes]) -> bytes:
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
                self._pass_over(length, end - size)
                position = min(end, size)
            elif end > size:
                self._begin(chunk[begin:], end - size)
                return b""
            else:
                append(chunk[begin:end])
                position = end
        return chunk[position:]

    def _take_command(self, flags: int, body: bytes, length: int) -> bool:
        """Keep a command; return False when not all of it has come. Raises `BrokenStream`."""
        if flags & _RESERVED or flags & MORE:
            raise BrokenStream(f"its flags {flags:#04x} mean nothing")
        if length > LONGEST_COMMAND:
            raise BrokenStream(f"a command of {length} bytes was announced")
        if len(body) < length:
            return False
        self.commands.append(body)
        return True
