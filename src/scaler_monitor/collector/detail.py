"""Which frames are details: what may be lost under overload, as the reports' totals stay exact without."""

from __future__ import annotations

from struct import Struct as Packing

from scaler_monitor.wire.generation import identify
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import Segments

DETAILS = frozenset({"stateTask", "stateGraphTask", "stateBalanceAdvice"})

_HEAD = Packing("<IIQHHIIHH")
_ONE_SEGMENT_ROOT = 0x0001_0001_0000_0000  # a struct right behind, one data word, one pointer


def is_detail(frame: bytes) -> bool:
    """Tell by number and shape whether a frame says something of one task; False for a broken one."""
    if len(frame) < _HEAD.size:
        return False
    segments, _, root, number, _, _, _, data_words, pointers = _HEAD.unpack_from(frame)
    try:
        if segments or root != _ONE_SEGMENT_ROOT:
            number, data_words, pointers = _follow_head(frame)
        return identify(number, (data_words, pointers), None)[1] in DETAILS
    except MalformedFrame:
        return False


def _follow_head(frame: bytes) -> tuple[int, int, int]:
    """Return number, data words and pointers of a message in any layout, as long names make it one."""
    segments = Segments(frame)
    root = segments.root()
    if not root.data_words:
        raise MalformedFrame("the message has no number")
    number = segments.word(root.at) & 0xFFFF
    body = segments.member(root, 0)
    return number, *(body.shape if body is not None else (0, 0))
