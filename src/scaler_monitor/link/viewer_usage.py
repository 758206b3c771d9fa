"""The resource usage of a viewer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scaler_monitor.protocol.page import ViewerHealth

if TYPE_CHECKING:
    import psutil


class ViewerUsage:
    """Measures this process, from one call of `measure` to the next; the first time from its start."""

    def __init__(self) -> None:
        self._process: psutil.Process | None = None
        self._measured = 0.0  # monotonic seconds
        self._cpu_seconds = 0.0
        self._written: int | None = None

    def wrote(self, size: int) -> None:
        """Count bytes written to the terminal or standard output."""
        self._written = (self._written or 0) + size

    def measure(self) -> ViewerHealth:
        """Return the usage since the last call; written bytes are None before the first call of `wrote`."""
        now, cpu_seconds = time.monotonic(), time.process_time()
        if self._process is None:
            self._process = _own_process()
            self._measured = now - max(time.time() - self._process.create_time(), 0.0)
        passed = now - self._measured
        cpu = written = None
        if passed > 0:
            cpu = round(100 * (cpu_seconds - self._cpu_seconds) / passed, 1)
            written = None if self._written is None else round(self._written / passed, 1)
        self._measured, self._cpu_seconds = now, cpu_seconds
        self._written = None if self._written is None else 0
        return ViewerHealth(cpu, self._process.memory_info().rss, written)


def _own_process() -> psutil.Process:
    import psutil  # only now: a screen is drawn without it

    return psutil.Process()
