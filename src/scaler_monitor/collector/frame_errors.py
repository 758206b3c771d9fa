"""Counts decode errors and keeps the latest reason, by arrival of the frame and not by detection."""

from __future__ import annotations

from typing import NamedTuple


class _Reason(NamedTuple):
    arrived: float
    why: str


_NONE = _Reason(float("-inf"), "")


class FrameErrors:
    """Errors of one feed. Times are monotonic seconds.

    Oversized frames are skipped by the reader thread, which reports them at once; the decoder thread may
    decode frames that arrived before them much later.
    """

    def __init__(self) -> None:
        self.malformed = 0
        """Number of malformed frames, without skipped ones."""
        self.refused = 0
        """Number of frames and events at which the monitor itself failed."""
        self.last_refused = ""
        """The latest such failure."""
        self._arrived = self._reported = _NONE.arrived
        self._malformed = self._unreadable = self._skipped = _NONE

    def decode_started(self, arrived: float) -> None:
        """Set the arrival time of what is decoded from now on."""
        self._arrived = arrived

    def add_malformed(self, why: str) -> None:
        """Count a malformed frame: a fault of the peer."""
        self.malformed += 1
        self._malformed = self._unreadable = _Reason(self._arrived, why)

    def add_refused(self, why: str) -> None:
        """Count a frame or event at which the decoder or the model failed: a fault of the monitor."""
        self.refused += 1
        self.last_refused = why

    def report_decoded(self) -> None:
        """Record that a report was decoded, which clears `unreadable`."""
        self._reported = self._arrived
        self._unreadable = _NONE

    def set_skipped(self, why: str, arrived: float) -> None:
        """Set the latest skipped message and its arrival."""
        self._skipped = _Reason(arrived, why)

    @property
    def last_malformed(self) -> str:
        """The reason of the latest malformed or skipped frame; "" if there is none."""
        return _newest(self._skipped, self._malformed)

    @property
    def unreadable(self) -> str:
        """The latest reason since the last report; "" if there is none."""
        skipped = self._skipped
        return _newest(skipped if skipped.arrived >= self._reported else _NONE, self._unreadable)


def _newest(one: _Reason, other: _Reason) -> str:
    return one.why if one.arrived >= other.arrived else other.why
