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

COLUMNS, LINES = 160, 50


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

    def repaint_seconds(self, keys: bytes, presses: int) -> list[float]:
        """Press keys in turn at random moments; the seconds until the next bytes on the screen."""
        dice, took = random.Random(3), []
        for number in range(presses):
            time.sleep(dice.uniform(0.35, 0.8))
            with self._news:
                before, pressed = self.bytes, time.monotonic()
                os.write(self._master, keys[number % len(keys) : number % len(keys) + 1])
                while self.bytes == before and self._news.wait(5):
                    pass
                took.append(time.monotonic() - pressed)
        return took

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


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
