"""Whether the thread that decodes gets on: busy is told from hung by the CPU that it uses."""

from __future__ import annotations

import threading
import time


class ThreadActivity:
    """Looked at while the model is held; for one thread."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread
        self._used = -1.0
        self._moved: float | None = None

    def reset(self) -> None:
        """The model was free."""
        self._moved = None

    def idle_seconds(self, now: float) -> float:
        """Return for how many seconds the thread has been seen to use no CPU; `now` never goes back."""
        used = self._cpu_seconds()
        if self._moved is None or used != self._used:
            self._used, self._moved = used, now
        return now - self._moved

    def _cpu_seconds(self) -> float:
        """Return the thread's CPU time; all threads' where the system does not tell one's."""
        ident = self._thread.ident
        if ident is not None and self._thread.is_alive() and hasattr(time, "pthread_getcpuclockid"):
            return time.clock_gettime(time.pthread_getcpuclockid(ident))
        return time.process_time()
