"""A program on a real pty: what it draws as a screen, what it sent as bytes, and keys for it."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import pyte

UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*u")
"""Kitty's keyboard protocol, whose last letter pyte would draw."""

UNFINISHED = re.compile(rb"\x1b(\[[<>=?]?[0-9;]*)?$")
CLEAR = b"\x1b[2J\x1b[H"

LAST_WORDS_SECONDS = 5.0
"""For what a program left in the pty; its end is not seen while another one has the terminal too."""

QUIET = ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "COLORTERM", "COLUMNS", "LINES")


class Terminal:
    """Runs `command` as the leader of a session on a pty of `columns` x `lines`, and reads all that it draws.

    `blocked` stops the reading, as a stalled SSH session does.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 120,
        lines: int = 40,
        env: dict[str, str] | None = None,
        term: str = "xterm-256color",
    ) -> None:
        self.received = bytearray()
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None
        self._lock = threading.Lock()
        self._reading = threading.Event()
        self._reading.set()
        self._master, slave = os.openpty()
        self.resize(columns, lines)
        surroundings = {name: value for name, value in os.environ.items() if name not in QUIET}
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=surroundings | {"TERM": term} | (env or {}),
            preexec_fn=_take_terminal,
            start_new_session=True,
        )
        os.close(slave)
        self._closing = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        held = b""
        while not self._closing:
            self._reading.wait()
            ready, _, _ = select.select([self._master], [], [], 0.1)
            if not ready or not self._reading.is_set():
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self.received += data
                held = self._draw(held + data)

    def _draw(self, data: bytes) -> bytes:
        """Feed pyte what it knows, an empty screen for another screen; returns an unfinished sequence."""
        rest = UNFINISHED.search(data)
        whole, held = (data[: rest.start()], data[rest.start() :]) if rest else (data, b"")
        self._text = None
        whole = UNKNOWN_TO_PYTE.sub(b"", whole)
        for other_screen in (b"\x1b[?1049h", b"\x1b[?1049l"):
            whole = whole.replace(other_screen, other_screen + CLEAR)
        self._stream.feed(whole)
        return held

    @property
    def text(self) -> str:
        """The screen as it stands, line by line."""
        with self._lock:
            if self._text is None:  # pyte takes milliseconds, and who waits asks often
                self._text = "\n".join(self._screen.display)
            return self._text

    def wait_for(self, *wanted: str, timeout: float = 120.0) -> str:
        """The screen once it shows every text of `wanted`; fails with the screen when it does not come."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            shown = self.text
            if all(part in shown for part in wanted):
                return shown
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"{wanted} not on the screen (exit {self.process.poll()}):\n{self.text}")

    def wait_gone(self, unwanted: str, timeout: float = 120.0) -> None:
        """Return once the screen no longer shows `unwanted`."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            if unwanted not in self.text:
                return
            time.sleep(0.02)
        raise AssertionError(f"{unwanted!r} still on the screen:\n{self.text}")

    def send(self, keys: str) -> None:
        """Type `keys`, raw."""
        self.send_bytes(keys.encode())

    def send_bytes(self, data: bytes) -> None:
        """Send what no keyboard may."""
        os.write(self._master, data)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as a person who drags its corner."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        with self._lock:
            self._screen.resize(lines, columns)
            self._text = None

    def modes(self) -> list[Any]:
        """Echo and the like, as termios tells them."""
        return termios.tcgetattr(self._master)

    def unread(self) -> int:
        """Bytes that wait in the pty for us."""
        return int.from_bytes(fcntl.ioctl(self._master, termios.FIONREAD, bytes(4)), sys.byteorder)

    def block(self) -> None:
        """Stop reading what the program draws."""
        self._reading.clear()

    def unblock(self) -> None:
        """Read again."""
        self._reading.set()

    def wait_exit(self, timeout: float = 120.0) -> int:
        """The program's exit code, once all that it drew has been read."""
        code = self.process.wait(timeout)
        if self._reading.is_set():
            self._reader.join(LAST_WORDS_SECONDS)
        return code

    def hang_up(self) -> None:
        """Take the terminal away, as an SSH session that dies without a word."""
        self._closing = True
        self._reading.set()
        self._reader.join()
        os.close(self._master)
        self._master = -1

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                os.kill(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self._master >= 0:
            self.hang_up()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
