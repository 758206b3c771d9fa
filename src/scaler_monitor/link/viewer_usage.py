"""What a viewer costs itself, with a screen or without."""

from __future__ import annotations

import time

import psutil

from scaler_monitor.protocol.page import ViewerHealth


class ViewerUsage:
    """This process, measured from one measurement to the next, at first from its start."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._measured = time.monotonic() - max(time.time() - self._process.create_time(), 0.0)
        self._cpu_seconds = 0.0
        self._written: int | None = None

    def wrote(self, size: int) -> None:
        """Count bytes that went to the terminal, or to standard output."""
        self._written = (self._written or 0) + size

    def measure(self) -> ViewerHealth:
        """Return what it cost since the last measurement; `wrote` nothing yet is unknown."""
        now, cpu_seconds = time.monotonic(), time.process_time()
        passed = now - self._measured
        cpu = written = None
        if passed > 0:
            cpu = round(100 * (cpu_seconds - self._cpu_seconds) / passed, 1)
            written = None if self._written is None else round(self._written / passed, 1)
        self._measured, self._cpu_seconds = now, cpu_seconds
        self._written = None if self._written is None else 0
        return ViewerHealth(cpu, self._process.memory_info().rss, written)
