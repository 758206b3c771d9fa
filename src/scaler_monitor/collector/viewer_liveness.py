"""Whether the viewer, for whom a collector lives, is still there."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

LOOK_SECONDS = 0.25


class ViewerLiveness:
    """The life of the viewer that started this process; of an unknown one where it gave no lifeline.

    A viewer that gave one lives as long as its process does, however silent: one that is stopped, or whose
    output nobody takes, wants its history when it goes on.
    """

    def __init__(self, lifeline: int | None, silence_seconds: float) -> None:
        """`lifeline` is a pipe's end that closes with the viewer; without it long silence is its end."""
        self._parent = os.getppid()
        self._silence_seconds = silence_seconds
        self._has_lifeline = lifeline is not None
        self._poll = select.poll()
        if lifeline is not None:
            self._poll.register(lifeline, select.POLLIN | select.POLLHUP)
        self._silent, self._looked, self._heard = 0.0, time.monotonic(), float("-inf")

    def check(self, heard: Callable[[], float]) -> str:
        """Wait for a moment; return why the viewer counts as gone, "" while it does not.

        `heard` tells when it last said something (monotonic seconds).
        """
        if self._poll.poll(LOOK_SECONDS * 1000):
            return "its viewer has gone"
        if self._has_lifeline:  # which what the viewer has left behind may hold as well
            return "" if os.getppid() == self._parent else "its viewer has gone"
        return self._after_silence(heard())

    def _after_silence(self, heard: float) -> str:
        """A stretch in which this process itself was stopped counts as one look: nobody could be heard."""
        now = time.monotonic()
        passed = min(now - self._looked, 4 * LOOK_SECONDS)
        self._silent = self._silent + passed if heard == self._heard else 0.0
        self._looked, self._heard = now, heard
        if self._silent > self._silence_seconds:
            return f"its viewer was silent for {self._silence_seconds:g} s"
        return ""
