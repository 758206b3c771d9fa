"""Tracks the traffic of a feed, to explain why there is no new report."""

from __future__ import annotations

from scaler_monitor.wire.feed import FeedCounters

LATELY_SECONDS = 3.0
"""Data counts as arriving if the last of it is at most this old."""


class Traffic:
    """Times of the last bytes and of the last complete message, in monotonic seconds."""

    def __init__(self) -> None:
        self._counts = (0, 0)
        self._last: list[float | None] = [None, None]
        self._skipped = 0
        self._is_skipping = False  # the last message was skipped

    def update(self, counters: FeedCounters, now: float) -> None:
        """Update from the counters. Call it about once a second."""
        skipped = counters.oversized + counters.shed
        if skipped != self._skipped:
            self._skipped, self._is_skipping = skipped, True
        elif counters.frames != self._counts[1]:
            self._is_skipping = False
        counts = (counters.message_bytes, counters.frames)
        for kind, (count, before) in enumerate(zip(counts, self._counts, strict=True)):
            if count != before:
                self._last[kind] = now
        self._counts = counts

    def describe(self, now: float) -> str:
        """Return in one line what arrives although no report does; "" if nothing arrives."""
        byte, message = (last is not None and now - last <= LATELY_SECONDS for last in self._last)
        if message:
            return "messages come, but no report is among them"
        if byte and self._is_skipping:
            return "bytes come, but the last message was passed over: too long, or no room for it"
        if byte:
            return "bytes come, but no whole message yet: a slow network, or a huge report"
        return ""
