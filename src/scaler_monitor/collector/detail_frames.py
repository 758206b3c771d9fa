"""Identifies detail frames: they may be dropped under overload, since totals come from the reports."""

from __future__ import annotations

from scaler_monitor.wire.frame_header import read_header
from scaler_monitor.wire.generation import Generation, identify
from scaler_monitor.wire.malformed import MalformedFrame

DETAILS = frozenset({"stateTask", "stateGraphTask", "stateBalanceAdvice"})


def is_detail(frame: bytes, hint: Generation | None) -> bool:
    """Return whether a frame is about single tasks, by its number and shape; False if it is malformed.

    `hint` is the generation known from the YMQ version.
    """
    try:
        number, shape, _ = read_header(frame)
        return identify(number, shape, hint)[1] in DETAILS
    except MalformedFrame:
        return False
