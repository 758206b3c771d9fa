"""A program on a real pty that is always read: its CPU, memory, bytes and how soon a key repaints."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import statistics
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pyte

COLUMNS, LINES = 160, 50
NEVER_SEEN_SECONDS = 5.0
SORT_MARKS = "▲▼"


@dataclass(frozen=True)
class Load:
    """What a program took over a window."""

    cpu_percent: float
    bytes_per_second: float
    rss_megabytes: float  # all its processes, at the end; shared pages counted once (PSS)


class OnScreen:
    """The program and its children, on a pty of its own."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        )
        os.close(slave)
        self.bytes = 0
        self.tail = b""
        self.unparsed = b""
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, words: bytes, seconds: float = 30.0) -> float:
        """Wait until `words` were written; returns the seconds since the start."""
        deadline = time.monotonic() + seconds
        with self._news:
            while words not in self.tail:
                if not self._news.wait(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"{words!r} never came: {self.tail[-300:]!r}")
        return time.monotonic() - self.started

    def load(self, seconds: float) -> Load:
        """Measure for `seconds`."""
        processes = self._family()
        cpu, written, begun = _cpu_seconds(processes), self.bytes, time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - begun
        return Load(
            100 * (_cpu_seconds(processes) - cpu) / elapsed,
            (self.bytes - written) / elapsed,
            self.rss_megabytes(),
        )

    def rss_megabytes(self) -> float:
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total / 1e6

    def repaint_seconds(self, keys: bytes, presses: int, row: int | None = None) -> list[float]:
        """Press sort keys in turn at random moments; the seconds until the sort mark moved.

        The header is the line of the screen that holds the sort mark, and nothing but a key changes where
        that mark is, so the time is that of the key's own repaint, however much else is drawn meanwhile.
        `row` (from 0) names another line. A key that is never seen counts as `NEVER_SEEN_SECONDS`.
        """
        terminal = pyte.Screen(COLUMNS, LINES)
        stream = pyte.ByteStream(terminal)
        dice, took = random.Random(3), []
        with self._news:
            self.unparsed, first = b"", self.tail
        stream.feed(first)
        for number in range(presses):
            deadline = time.monotonic() + dice.uniform(0.35, 0.8)
            while (left := deadline - time.monotonic()) > 0:
                time.sleep(min(left, 0.1))
                stream.feed(self._take())
            before = _watched(terminal, row)
            pressed = time.monotonic()
            os.write(self._master, keys[number % len(keys) : number % len(keys) + 1])
            while (waited := time.monotonic() - pressed) < NEVER_SEEN_SECONDS:
                with self._news:
                    if not self.unparsed:
                        self._news.wait(0.2)
                arrived = time.monotonic() - pressed
                stream.feed(self._take())
                if _watched(terminal, row) != before:
                    waited = arrived
                    break
            took.append(waited)
        return took

    def _take(self) -> bytes:
        with self._news:
            data, self.unparsed = self.unparsed, b""
        return data

    def close(self) -> None:
        family = self._family()
        self.process.terminate()
        _, alive = psutil.wait_procs(family, timeout=5)
        for process in alive:
            process.kill()
        self.process.wait()
        os.close(self._master)

    def _family(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            if b"\x1b[?2026$p" in data:  # a modern terminal says that it knows synchronized output
                os.write(self._master, b"\x1b[?2026;2$y")
            with self._news:
                self.bytes += len(data)
                self.tail = (self.tail + data)[-200_000:]
                self.unparsed = (self.unparsed + data)[-1_000_000:]
                self._news.notify_all()


@contextmanager
def on_screen(command: list[str], environment: dict[str, str] | None = None) -> Iterator[OnScreen]:
    """Run `command` on a pty until the end of the block."""
    screen = OnScreen(command, environment)
    try:
        yield screen
    finally:
        screen.close()


def percentile_95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=20)[-1]


def _watched(terminal: pyte.Screen, row: int | None) -> tuple[int, str] | tuple[int, ...]:
    """Where the sort marks are on the screen, or the text of line `row`."""
    if row is not None:
        return row, terminal.display[row]
    return tuple(
        y * COLUMNS + x
        for y, line in enumerate(terminal.display)
        for x, cell in enumerate(line)
        if cell in SORT_MARKS
    )


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
