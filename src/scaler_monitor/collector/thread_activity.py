"""Tells a busy decoder thread from one that hangs, by its CPU time."""

from __future__ import annotations

import threading
import time


class ThreadActivity:
    """Measures how long a thread has used no CPU while it holds the model. Not thread-safe."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread
        self._used = -1.0
        self._moved: float | None = None

    def reset(self) -> None:
        """Start a new measurement: the model was available."""
        self._moved = None

    def idle_seconds(self, now: float) -> float:
        """Return the seconds since the thread last used CPU; `now` is monotonic seconds."""
        used = self._cpu_seconds()
        if self._moved is None or used != self._used:
            self._used, self._moved = used, now
        return now - self._moved

    def _cpu_seconds(self) -> float:
        """Return the CPU seconds of the thread; of the process if the system cannot measure a thread."""
        ident = self._thread.ident
        if ident is not None and self._thread.is_alive() and hasattr(time, "pthread_getcpuclockid"):
            return time.clock_gettime(time.pthread_getcpuclockid(ident))
        return time.process_time()
