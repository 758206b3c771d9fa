"""Measures a program on a real pty: CPU, memory, bytes, and latency of keys."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import struct
import subprocess
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyte

COLUMNS, LINES = 160, 50
NEVER_SEEN_SECONDS = 5.0
PAUSE_SECONDS = (0.35, 0.8)
"""Random pause between two keys, in seconds, so that keys are independent of reports."""

Screen = list[str]


@dataclass(frozen=True)
class Load:
    """Resource usage of a program over a period."""

    cpu_percent: float
    bytes_per_second: float
    megabytes: float  # of all processes at the end; shared pages count once (PSS)


class OnScreen:
    """A program and its children, on its own pty."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._terminal = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._terminal)
        self._dice = random.Random(3)
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
        self._arrived: deque[tuple[float, bytes]] = deque()  # not processed yet
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def lines(self) -> Screen:
        """Return the current screen."""
        while self._arrived:
            self._stream.feed(self._arrived.popleft()[1])
        return list(self._terminal.display)

    def wait_for(self, wanted: Callable[[Screen], object], seconds: float = 30.0) -> float:
        """Wait until the screen meets a condition; return the seconds from the start to its last bytes.

        Raises TimeoutError with the screen.
        """
        took = self._wait(wanted, time.monotonic() + seconds)
        if took is None:
            raise TimeoutError("never came:\n" + "\n".join(line.rstrip() for line in self.lines))
        return took - self.started

    def key_seconds(self, key: bytes, seen: Callable[[Screen, Screen], object]) -> float:
        """Press a key at a random moment; return the seconds until its effect is on the screen.

        That is the arrival of the bytes that make `seen(before, after)` true; processing them here does not
        count. A key without effect counts as `NEVER_SEEN_SECONDS`.
        """
        time.sleep(self._dice.uniform(*PAUSE_SECONDS))
        before, pressed = self.lines, time.monotonic()
        os.write(self._master, key)
        at = self._wait(lambda after: seen(before, after), pressed + NEVER_SEEN_SECONDS)
        return NEVER_SEEN_SECONDS if at is None else at - pressed

    def type(self, keys: bytes) -> None:
        """Press keys without waiting for their effect."""
        os.write(self._master, keys)

    def load(self, seconds: float) -> Load:
        """Measure for `seconds`; raises RuntimeError if a process of the program ends meanwhile."""
        processes = self._family()
        cpu, written, begun = _cpu_seconds(processes), self.bytes, time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - begun
        load = Load(
            100 * (_cpu_seconds(processes) - cpu) / elapsed,
            (self.bytes - written) / elapsed,
            self.megabytes(),
        )
        if not processes or self._family() != processes:
            raise RuntimeError("a process of the program ended, or came, while it was measured")
        return load

    def megabytes(self) -> float:
        """Return the memory of all processes; shared pages count once (PSS)."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total / 1e6

    def most_megabytes(self) -> float:
        """Return the sum of the peak memory of its processes; shared pages count for each (Linux)."""
        total = 0
        for process in self._family():
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{process.pid}/status").read_text()
                total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return total * 1024 / 1e6

    def children(self) -> set[int]:
        """Return the ids of its running processes."""
        return {process.pid for process in self._family()[1:]}

    def close(self) -> None:
        """Kill the program and all its processes."""
        family = self._family()
        self.process.terminate()
        _, alive = psutil.wait_procs(family, timeout=5)
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait()
        os.close(self._master)

    def _wait(self, wanted: Callable[[Screen], object], deadline: float) -> float | None:
        """Return the arrival of the bytes that make the condition true; None at the deadline."""
        at = time.monotonic()
        while not wanted(self._terminal.display):
            with self._news:
                if not self._news.wait_for(lambda: self._arrived, max(0.0, deadline - time.monotonic())):
                    return None
                at, data = self._arrived.popleft()
            self._stream.feed(data)
        return at

    def _family(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            if b"\x1b[?2026$p" in data:  # a modern terminal supports synchronized output
                with contextlib.suppress(OSError):
                    os.write(self._master, b"\x1b[?2026;2$y")
            with self._news:
                self.bytes += len(data)
                self._arrived.append((time.monotonic(), data))
                self._news.notify_all()


@contextmanager
def on_screen(command: list[str], environment: dict[str, str] | None = None) -> Iterator[OnScreen]:
    """Run `command` on a pty until the end of the block."""
    screen = OnScreen(command, environment)
    try:
        yield screen
    finally:
        screen.close()


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
