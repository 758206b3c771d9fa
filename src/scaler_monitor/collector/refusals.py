"""Why frames could not be taken: the newest reason by when they arrived, not by when that was found out."""

from __future__ import annotations

from typing import NamedTuple


class _Refusal(NamedTuple):
    arrived: float
    why: str


_NONE = _Refusal(float("-inf"), "")


class Refusals:
    """Of one feed. Times are of a clock that nobody sets.

    What is too long is passed over by the thread that reads, which tells it at once; frames that arrived
    before it may be decoded, or refused, long afterwards by another thread.
    """

    def __init__(self) -> None:
        self.count = 0
        """Frames and events refused, but for those passed over."""
        self._arrived = self._reported = _NONE.arrived
        self._refused = self._unreadable = self._passed_over = _NONE

    def begin(self, arrived: float) -> None:
        """What arrived then is being decoded."""
        self._arrived = arrived

    def refuse(self, why: str, *, unreadable: bool) -> None:
        """Of what is being decoded one frame, or its event, could not be taken."""
        self.count += 1
        self._refused = _Refusal(self._arrived, why)
        if unreadable:
            self._unreadable = self._refused

    def report(self) -> None:
        """Of what is being decoded a report could be read: refusals before it mean nothing any more."""
        self._reported = self._arrived
        self._unreadable = _NONE

    def pass_over(self, why: str, arrived: float) -> None:
        """Something arrived, behind all else that did so then, that nobody will decode."""
        self._passed_over = _Refusal(arrived, why)

    @property
    def last(self) -> str:
        """The newest reason; "" where nothing was refused."""
        return _newest(self._passed_over, self._refused)

    @property
    def unreadable(self) -> str:
        """Why what arrived behind the last report could not be read; "" where nothing such did."""
        passed_over = self._passed_over
        return _newest(passed_over if passed_over.arrived >= self._reported else _NONE, self._unreadable)


def _newest(one: _Refusal, other: _Refusal) -> str:
    return one.why if one.arrived >= other.arrived else other.why
