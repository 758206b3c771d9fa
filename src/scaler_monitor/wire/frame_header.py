"""The header of a frame: the union number of its message, and the location of the message's struct."""

from __future__ import annotations

from struct import Struct as Packing
from typing import NamedTuple

from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import Segments, StructRef
from scaler_monitor.wire.struct_layout import Shape

HEADER_BYTES = 32
"""Size of a usual header: segment table, root pointer, message number, pointer to the struct that follows."""

_HEADER = Packing("<IIQHHIIHH")
_USUAL_ROOT = 0x0001_0001_0000_0000  # the struct follows directly; one data word, one pointer
_NUMBER = 0xFFFF
_TABLE_BYTES = 8  # segment table of a frame in one segment


class OpenedMessage(NamedTuple):
    """A message before decoding: its union number, its struct, and the frame's segments."""

    number: int
    body: StructRef
    segments: Segments


def read_header(frame: bytes) -> tuple[int, Shape, int | None]:
    """Return the union number of a frame's message, the shape of its struct, and the frame's length in bytes.

    In a usual frame the first HEADER_BYTES contain all of this, and the struct follows them; nothing else is
    read. For any other frame the length is None. Raises MalformedFrame.
    """
    if len(frame) >= HEADER_BYTES:
        more, words, root, number, _, _, target, data_words, pointers = _HEADER.unpack_from(frame)
        if root == _USUAL_ROOT and not more and not target:
            return number, (data_words, pointers), _TABLE_BYTES + 8 * words
    number, body, _ = open_message(frame)
    return number, body.shape, None


def open_message(frame: bytes) -> OpenedMessage:
    """Return the message of a frame in any layout, with its struct bounds-checked. Raises MalformedFrame."""
    segments = Segments(frame)
    root = segments.root()
    if not root.data_words:
        raise MalformedFrame("the message has no number")
    body = segments.member(root, 0) or StructRef(root.at, root.segment, 0, 0)
    return OpenedMessage(segments.word(root.at) & _NUMBER, body, segments)
