"""Why frames could not be read: the newest reason by when they arrived, not by when that was found out."""

from __future__ import annotations

from typing import NamedTuple


class _Reason(NamedTuple):
    arrived: float
    why: str


_NONE = _Reason(float("-inf"), "")


class FrameErrors:
    """Of one feed. Times are of a clock that nobody sets.

    What is too long is passed over by the thread that reads, which tells it at once; frames that arrived
    before it may be decoded, or refused, long afterwards by another thread.
    """

    def __init__(self) -> None:
        self.malformed = 0
        """Frames that could not be read, but for those passed over."""
        self.refused = 0
        """Frames and events at which the monitor itself failed."""
        self.last_refused = ""
        """How it failed the last time."""
        self._arrived = self._reported = _NONE.arrived
        self._malformed = self._unreadable = self._skipped = _NONE

    def decode_started(self, arrived: float) -> None:
        """What arrived then is being decoded."""
        self._arrived = arrived

    def add_malformed(self, why: str) -> None:
        """Of what is being decoded one frame could not be read: the wire's fault."""
        self.malformed += 1
        self._malformed = self._unreadable = _Reason(self._arrived, why)

    def add_refused(self, why: str) -> None:
        """Of what is being decoded one frame, or its event, could not be taken: the monitor's own fault."""
        self.refused += 1
        self.last_refused = why

    def report_decoded(self) -> None:
        """Of what is being decoded a report could be read: what could not before it counts no more."""
        self._reported = self._arrived
        self._unreadable = _NONE

    def set_skipped(self, why: str, arrived: float) -> None:
        """Something arrived, behind all else that did so then, that nobody will decode."""
        self._skipped = _Reason(arrived, why)

    @property
    def last_malformed(self) -> str:
        """The newest reason why something could not be read; "" where there is none."""
        return _newest(self._skipped, self._malformed)

    @property
    def unreadable(self) -> str:
        """Why what arrived behind the last report could not be read; "" where nothing such did."""
        skipped = self._skipped
        return _newest(skipped if skipped.arrived >= self._reported else _NONE, self._unreadable)


def _newest(one: _Reason, other: _Reason) -> str:
    return one.why if one.arrived >= other.arrived else other.why
