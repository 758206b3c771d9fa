"""Measures a bare Textual app on this machine: the reference for latencies."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.on_screen import Screen, on_screen
from bench.reading import painted, percentile_95

COMMAND = [sys.executable, str(Path(__file__).with_name("bare_app.py"))]
KEYS = 40


def bare_start_seconds() -> float:
    """Start a bare app; return the seconds from the command to the first frame."""
    with on_screen(COMMAND) as screen:
        return screen.wait_for(painted)


def bare_repaint_milliseconds() -> float:
    """Press keys that repaint a bare app; return the 95th percentile of the latency in ms."""
    with on_screen(COMMAND) as screen:
        screen.wait_for(painted)
        return percentile_95([screen.key_seconds(b"x", _all_lines_changed) for _ in range(KEYS)])


def _all_lines_changed(before: Screen, after: Screen) -> bool:
    return all(was != now for was, now in zip(before, after, strict=True))
