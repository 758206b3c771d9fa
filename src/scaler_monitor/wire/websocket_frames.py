"""Incremental parser of a server's WebSocket frames (RFC 6455, section 5.2).

Libraries buffer a complete frame before they return it, or create an object for every piece: a message of 250
MB in one frame needed 500 MB, and frames of one byte took 5 µs (websockets) and 14 µs (wsproto) each. Here
the payload is returned as it arrives, and only control frames, of 125 bytes at most, are buffered.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from scaler_monitor.wire.frame_splitter import IMPOSSIBLE_LENGTH, BrokenStream

CLOSE, PING, PONG = 8, 9, 10
_DATA = (0, 1, 2)  # continuation, text, binary
_FINAL, _RESERVED, _OPCODE, _MASKED = 0x80, 0x70, 0x0F, 0x80
MAX_CONTROL_BYTES = 125
_SHORT, _LONG = 126, 127  # the length follows, in 2 or 8 bytes

_LENGTH_16 = struct.Struct(">H")
_LENGTH_64 = struct.Struct(">Q")


class Control(NamedTuple):
    """A control frame: close, ping or pong."""

    opcode: int
    body: bytes


class WebsocketFrames:
    """Extracts the payload of a server's frames. Buffers at most one header or control frame."""

    def __init__(self) -> None:
        self.broken = ""
        """Why the stream cannot be parsed any further; "" while it can."""
        self.controls: list[Control] = []
        """Received control frames; the reader removes them."""
        self._partial_header = b""  # an incomplete header or control frame
        self._missing = 0  # bytes of a data frame that were not received yet

    def feed(self, chunk: bytes) -> bytes:
        """Return the payload of the data frames in `chunk`, up to an error, which sets `broken`."""
        if self._missing >= len(chunk):
            self._missing -= len(chunk)
            return chunk
        position = self._missing
        carried = [chunk[:position]]
        if self._partial_header:
            chunk = self._partial_header + chunk
        self._missing = 0
        try:
            self._partial_header = self._take(chunk, position, carried)
        except BrokenStream as error:
            self.broken = str(error)
        return b"".join(carried)

    def _take(self, chunk: bytes, position: int, carried: list[bytes]) -> bytes:
        """Parse the frames of `chunk`, beginning at `position`; return the bytes of an incomplete one.

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
                if end > size and length <= MAX_CONTROL_BYTES:
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
    """Return a control frame after checking it. Raises `BrokenStream`."""
    opcode = first & _OPCODE
    if first != _FINAL | opcode or opcode not in (CLOSE, PING, PONG) or second > MAX_CONTROL_BYTES:
        raise BrokenStream(f"a frame begins {first:02x} {second:02x}")
    return Control(opcode, body)
