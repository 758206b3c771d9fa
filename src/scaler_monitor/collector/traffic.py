"""What is true of a feed without new reports: whether something comes all the same."""

from __future__ import annotations

from scaler_monitor.wire.feed import FeedCounters

LATELY_SECONDS = 3.0
"""What came within these is still coming."""


class Traffic:
    """When bytes of messages, and whole ones, came last. Times are seconds of a clock that never jumps."""

    def __init__(self) -> None:
        self._counts = (0, 0)
        self._last: list[float | None] = [None, None]
        self._skipped = 0
        self._is_skipping = False  # the last message was passed over

    def update(self, counters: FeedCounters, now: float) -> None:
        """Note what has come; to be called about once a second."""
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
        """Say in one line what comes though no report does; "" where nothing comes."""
        byte, message = (last is not None and now - last <= LATELY_SECONDS for last in self._last)
        if message:
            return "messages come, but no report is among them"
        if byte and self._is_skipping:
            return "bytes come, but the last message was passed over: too long, or no room for it"
        if byte:
            return "bytes come, but no whole message yet: a slow network, or a huge report"
        return ""
