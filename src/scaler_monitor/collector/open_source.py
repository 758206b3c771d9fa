"""Creates the source for a target."""

from __future__ import annotations

from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.live_source import LiveSource
from scaler_monitor.collector.source import Source
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.scheduler_feed import open_feed


def open_source(target: str, frame_limit: int) -> Source:
    """Return the source for `target`; frames of more than `frame_limit` bytes are skipped.

    Raises BadAddress if the target is invalid.
    """
    queue = FrameQueue()
    feed = open_feed(parse_address(target), frame_limit=frame_limit, memory_full=queue.is_crowded)
    return LiveSource(target, feed, queue)
