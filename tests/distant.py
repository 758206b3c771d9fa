"""A terminal at the far end of a slow line: it answers questions, and its mouse moves."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import deque
from typing import Any

from tests.terminal import Terminal

STEP_SECONDS = 0.01
ATTRIBUTES = b"\x1b[?62;22c"
KITTY_FLAGS = b"\x1b[?25u"
OF_INTEREST = re.compile(rb"\x1b\[(\?1003[hl]|\?u|c)")


class DistantTerminal(Terminal):
    """What the program draws is seen `delay` seconds later, and what the terminal sends comes as late.

    While `mouse_moves`, it sends a report every few milliseconds if the program has asked for them.
    """

    def __init__(self, *args: Any, delay: float, speaks_kitty: bool = False, **kwargs: Any) -> None:
        self.delay = delay
        self.speaks_kitty = speaks_kitty
        self.mouse_moves = False
        self.reports = 0
        self.answers = 0
        self._mouse_is_wanted = False
        self._drawn: deque[tuple[float, bytes]] = deque()
        self._sent: deque[tuple[float, bytes]] = deque()
        super().__init__(*args, **kwargs)
        threading.Thread(target=self._live, daemon=True).start()

    def _draw(self, data: bytes) -> bytes:
        held = super()._draw(data)
        self._drawn.append((time.monotonic() + self.delay, data[: len(data) - len(held)]))
        return held

    def send_bytes(self, data: bytes) -> None:
        """Send it in order with all else that comes from the terminal."""
        self._sent.append((time.monotonic() + self.delay, data))

    def _live(self) -> None:
        while not self._closing:
            now = time.monotonic()
            while self._drawn and self._drawn[0][0] <= now:
                for asked in OF_INTEREST.findall(self._drawn.popleft()[1]):
                    self._read_until(asked)
            if self.mouse_moves and self._mouse_is_wanted:
                self.reports += 1
                self._sent.append((now + self.delay, b"\x1b[<35;%d;5M" % (10 + self.reports % 60)))
            try:
                while self._sent and self._sent[0][0] <= now:
                    os.write(self._master, self._sent.popleft()[1])
            except OSError:
                return
            time.sleep(STEP_SECONDS)

    def _read_until(self, asked: bytes) -> None:
        if asked.startswith(b"?1003"):
            self._mouse_is_wanted = asked.endswith(b"h")
            return
        answer = ATTRIBUTES if asked == b"c" else KITTY_FLAGS if self.speaks_kitty else b""
        self._sent.append((time.monotonic() + self.delay, answer))
        self.answers += 1
