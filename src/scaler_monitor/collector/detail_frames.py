"""Which frames are details: what may be lost under overload, as the reports' totals stay exact without."""

from __future__ import annotations

from scaler_monitor.wire.frame_header import read_header
from scaler_monitor.wire.generation import Generation, identify
from scaler_monitor.wire.malformed import MalformedFrame

DETAILS = frozenset({"stateTask", "stateGraphTask", "stateBalanceAdvice"})


def is_detail(frame: bytes, hint: Generation | None) -> bool:
    """Tell by number and shape whether a frame says something of one task; False for a broken one.

    `hint` is the generation that YMQ's version tells.
    """
    try:
        number, shape, _ = read_header(frame)
        return identify(number, shape, hint)[1] in DETAILS
    except MalformedFrame:
        return False
