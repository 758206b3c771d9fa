"""The panel of the monitor itself: its resource usage, and dropped and refused messages."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.strip import Strip

from scaler_monitor.link.viewer_usage import ViewerUsage
from scaler_monitor.protocol.format.amounts import format_bytes, format_count, format_rate
from scaler_monitor.protocol.format.durations import format_duration
from scaler_monitor.protocol.format.number import DASH
from scaler_monitor.protocol.page import Status
from scaler_monitor.ui.glyphs import Glyphs
from scaler_monitor.ui.painted import Painted

MEASURED_SECONDS = 1.0
"""The shortest time between two measurements."""


class SelfPanel(Painted):
    """Four lines above the footer, hidden until they are asked for."""

    DEFAULT_CSS = """
    SelfPanel {
        height: 4; width: 1fr; background: $surface; color: $foreground; display: none;
        &> .self-panel--label { color: $text-muted; background: $surface; }
    }
    """
    COMPONENT_CLASSES = {"self-panel--label"}

    def __init__(self, glyphs: Glyphs, bytes_written: Callable[[], int]) -> None:
        """`bytes_written` gives the bytes that went to the terminal so far."""
        super().__init__()
        self._bytes_written = bytes_written
        self._glyphs = glyphs
        self._status: Status | None = None
        self._cost = ViewerUsage()
        self._measured = 0.0  # monotonic seconds
        self._written = 0  # bytes to the terminal until then
        self._viewer = (DASH, DASH, DASH)  # cpu, rss, bytes a second

    def show(self, status: Status) -> None:
        """Show a newer status, and measure this process."""
        self._status = status
        now, before = time.monotonic(), self._measured
        if not before or now - before >= MEASURED_SECONDS:
            written = self._bytes_written()
            self._cost.wrote(written - self._written)
            cost = self._cost.measure()
            self._measured, self._written = now, written
            if before:
                self._viewer = (
                    DASH if cost.cpu_percent is None else f"{cost.cpu_percent:.1f}%",
                    format_bytes(cost.rss_bytes),
                    f"{format_bytes(cost.terminal_bytes_per_second)}/s",
                )
        self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw a line each for the collector, the viewer, frames that came, and our own errors."""
        status = self._status
        if status is None:
            return []
        cpu = status.collector_cpu_percent
        rows = (
            (
                ("collector cpu", "-" if cpu is None else f"{cpu:.1f}%"),
                ("rss", format_bytes(status.collector_rss_bytes)),
                ("queue age", format_duration(status.queue_age_seconds)),
                ("events", format_rate(status.events_per_second)),
                ("connects", format_count(status.connects)),
            ),
            (
                ("viewer cpu", self._viewer[0]),
                ("rss", self._viewer[1]),
                ("to the terminal", self._viewer[2]),
                ("dropped", format_count(status.dropped)),
            ),
            (
                ("frames", format_count(status.frames)),
                ("cut", format_count(status.cut)),
                ("malformed", format_count(status.malformed)),
                ("last", status.last_malformed or "-"),
            ),
            (
                ("refused by the monitor itself", format_count(status.refused)),
                ("last", status.last_refused or "-"),
            ),
        )
        lines = []
        for row in rows:
            parts = [(" ", "")]
            for label, value in row:
                parts += [(f"{label} ", "self-panel--label"), (f"{value}   ", "")]
            lines.append(self.line(parts, width))
        return lines
