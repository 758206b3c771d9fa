"""Terminal matters that Textual does not handle: bytes written, the real size, and NO_COLOR."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Any

from textual.driver import Driver

USUAL_SIZE = (80, 24)
"""Columns and lines of a terminal that does not know its size, such as a serial console."""


def honour_no_color(environment: MutableMapping[str, str] = os.environ) -> bool:
    """Say whether colour is unwanted, and drop an empty NO_COLOR: only a non-empty one counts (no-color.org),
    but Textual takes any."""
    if environment.get("NO_COLOR") == "":
        del environment["NO_COLOR"]
    return "NO_COLOR" in environment


def terminal_size(terminal: int) -> tuple[int, int]:
    """Return columns and lines of a terminal; the variables COLUMNS and LINES are ignored."""
    try:
        columns, lines = os.get_terminal_size(terminal)
    except OSError:
        return USUAL_SIZE
    return columns or USUAL_SIZE[0], lines or USUAL_SIZE[1]


def counting_driver(driver: type[Driver]) -> type[Driver]:
    """Return a subclass of the driver that counts `bytes_written` and uses the terminal's real size."""

    class CountingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.bytes_written = 0
            super().__init__(*args, **kwargs)
            self._size = self._get_terminal_size()

        def _get_terminal_size(self) -> tuple[int, int]:
            return terminal_size(self.fileno)

        def write(self, data: str) -> None:
            self.bytes_written += len(data) if data.isascii() else len(data.encode("utf-8", "replace"))
            super().write(data)

    CountingDriver.__name__ = driver.__name__
    return CountingDriver
