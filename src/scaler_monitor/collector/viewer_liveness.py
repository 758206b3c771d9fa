"""Detects that the viewer of a collector is gone."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

LOOK_SECONDS = 0.25


class ViewerLiveness:
    """Monitors the viewer: by its process if there is a lifeline, else by its questions.

    A viewer with a lifeline may be silent for any time: if it is stopped or its output is blocked, it needs
    its history when it continues.
    """

    def __init__(self, lifeline: int | None, silence_seconds: float) -> None:
        """`lifeline` is a descriptor of a pipe that the viewer holds open; None to use `silence_seconds`."""
        self._parent = os.getppid()
        self._silence_seconds = silence_seconds
        self._has_lifeline = lifeline is not None
        self._poll = select.poll()
        if lifeline is not None:
            self._poll.register(lifeline, select.POLLIN | select.POLLHUP)
        self._silent, self._looked, self._last_message = 0.0, time.monotonic(), float("-inf")

    def check(self, last_message: Callable[[], float]) -> str:
        """Wait up to LOOK_SECONDS; return why the viewer is considered gone, or "".

        `last_message` returns the time of its last message in monotonic seconds.
        """
        if self._poll.poll(LOOK_SECONDS * 1000):
            return "its viewer has gone"
        if self._has_lifeline:  # other processes of the viewer may hold the pipe too
            return "" if os.getppid() == self._parent else "its viewer has gone"
        return self._after_silence(last_message())

    def _after_silence(self, last_message: float) -> str:
        """Return why the viewer is gone, or "". Time in which this process was stopped is not counted."""
        now = time.monotonic()
        passed = min(now - self._looked, 4 * LOOK_SECONDS)
        self._silent = self._silent + passed if last_message == self._last_message else 0.0
        self._looked, self._last_message = now, last_message
        if self._silent > self._silence_seconds:
            return f"its viewer was silent for {self._silence_seconds:g} s"
        return ""
