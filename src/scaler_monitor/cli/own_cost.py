"""What a command without a screen costs itself."""

from __future__ import annotations

import time

import psutil

from scaler_monitor.views.page import ViewerHealth


class OwnCost:
    """This process, measured from one report to the next, at first from its start."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._measured = self._process.create_time()
        self._cpu_seconds = 0.0
        self._printed: int | None = None

    def printed(self, size: int) -> None:
        """Count bytes that went to standard output."""
        self._printed = (self._printed or 0) + size

    def measure(self) -> ViewerHealth:
        """Return what it cost since the last measurement."""
        now, cpu_seconds = time.time(), time.process_time()
        passed = now - self._measured
        cpu = printed = None
        if passed > 0:
            cpu = round(100 * (cpu_seconds - self._cpu_seconds) / passed, 1)
            printed = None if self._printed is None else round(self._printed / passed, 1)
        self._measured, self._cpu_seconds = now, cpu_seconds
        self._printed = None if self._printed is None else 0
        return ViewerHealth(cpu, self._process.memory_info().rss, printed)
