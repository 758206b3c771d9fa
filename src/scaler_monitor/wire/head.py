"""The head of a frame: the number of its message, and where the message's struct lies."""

from __future__ import annotations

from struct import Struct as Packing
from typing import NamedTuple

from scaler_monitor.wire.layout import Shape
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import Segments, Span

HEAD_BYTES = 32
"""Of a usual head: segment table, root pointer, message number, pointer to the struct right behind."""

_HEAD = Packing("<IIQHHIIHH")
_USUAL_ROOT = 0x0001_0001_0000_0000  # a struct right behind, one data word, one pointer
_NUMBER = 0xFFFF
_TABLE_BYTES = 8  # of a frame in one segment


class Opened(NamedTuple):
    """A message to be read: its number, its struct, and the segments that this lies in."""

    number: int
    body: Span
    segments: Segments


def read_head(frame: bytes) -> tuple[int, Shape, int | None]:
    """Return the number of a frame's message, the shape of its struct, and the frame's length if it is usual.

    The first HEAD_BYTES say all this of a usual one, whose struct begins behind them; nothing behind is
    looked at. None is the length of any other. Raises MalformedFrame.
    """
    if len(frame) >= HEAD_BYTES:
        more, words, root, number, _, _, target, data_words, pointers = _HEAD.unpack_from(frame)
        if root == _USUAL_ROOT and not more and not target:
            return number, (data_words, pointers), _TABLE_BYTES + 8 * words
    number, body, _ = open_message(frame)
    return number, body.shape, None


def open_message(frame: bytes) -> Opened:
    """Return the message of a frame in any layout, its struct checked. Raises MalformedFrame."""
    segments = Segments(frame)
    root = segments.root()
    if not root.data_words:
        raise MalformedFrame("the message has no number")
    body = segments.member(root, 0) or Span(root.at, root.segment, 0, 0)
    return Opened(segments.word(root.at) & _NUMBER, body, segments)
