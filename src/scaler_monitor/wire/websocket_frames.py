"""The WebSocket frames of a server (RFC 6455, 5.2), taken apart as they stream in.

Libraries gather a frame before they hand it out, or make an object of every piece: a message of 250 MB in
one frame cost 500 MB, and frames of one byte 5 (websockets) and 14 µs (wsproto) each. Here what a frame
carries is handed on as it comes, and only control frames, of 125 bytes at most, are waited for.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from scaler_monitor.wire.frame_cutter import IMPOSSIBLE_LENGTH, BrokenStream

CLOSE, PING, PONG = 8, 9, 10
_DATA = (0, 1, 2)  # continuation, text, binary
_FINAL, _RESERVED, _OPCODE, _MASKED = 0x80, 0x70, 0x0F, 0x80
LONGEST_CONTROL = 125
_SHORT, _LONG = 126, 127  # in place of a length: it follows, in 2 or 8 bytes

_LENGTH_16 = struct.Struct(">H")
_LENGTH_64 = struct.Struct(">Q")


class Control(NamedTuple):
    """A frame about the connection."""

    opcode: int
    body: bytes


class WebsocketFrames:
    """Tells what a server's frames carry. Holds a header or a control frame at most."""

    def __init__(self) -> None:
        self.broken = ""
        """Why the stream cannot be followed any further, once it cannot."""
        self.controls: list[Control] = []
        """The control frames that came; whoever reads them takes them out."""
        self._head = b""  # of a frame whose header, or whose control body, is not whole
        self._missing = 0  # bytes of a data frame that have not come

    def feed(self, chunk: bytes) -> bytes:
        """Return what the data frames of `chunk` carry, up to where it is `broken`."""
        if self._missing >= len(chunk):
            self._missing -= len(chunk)
            return chunk
        position = self._missing
        carried = [chunk[:position]]
        if self._head:
            chunk = self._head + chunk
        self._missing = 0
        try:
            self._head = self._take(chunk, position, carried)
        except BrokenStream as error:
            self.broken = str(error)
        return b"".join(carried)

    def _take(self, chunk: bytes, position: int, carried: list[bytes]) -> bytes:
        """Go through the frames of `chunk` from `position` on; return what is there of an unfinished one.

        Raises `BrokenStream`.
        """
        size = len(chunk)
        while position + 2 <= size:
            first, length = chunk[position], chunk[position + 1]
            begin = position + 2
            if length == _SHORT:
                begin += 2
                if begin > size:
                    break
                (length,) = _LENGTH_16.unpack_from(chunk, position + 2)
            elif length == _LONG:
                begin += 8
                if begin > size:
                    break
                (length,) = _LENGTH_64.unpack_from(chunk, position + 2)
            end = begin + length
            if first & _RESERVED or first & _OPCODE not in _DATA:
                if end > size and length <= LONGEST_CONTROL:
                    break
                self.controls.append(_control(first, chunk[position + 1], chunk[begin:end]))
            elif length >= IMPOSSIBLE_LENGTH or chunk[position + 1] & _MASKED:
                raise BrokenStream(f"a frame begins {chunk[position:begin].hex(' ')}")
            else:
                carried.append(chunk[begin:end])
                if end > size:
                    self._missing = end - size
                    return b""
            position = end
        return chunk[position:]


def _control(first: int, second: int, body: bytes) -> Control:
    """Check a control frame. Raises `BrokenStream`."""
    opcode = first & _OPCODE
    if first != _FINAL | opcode or opcode not in (CLOSE, PING, PONG) or second > LONGEST_CONTROL:
        raise BrokenStream(f"a frame begins {first:02x} {second:02x}")
    return Control(opcode, body)
