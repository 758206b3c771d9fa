"""Foreground and background jobs: a job in the background of a shell may not draw, and stops until it may."""

from __future__ import annotations

import errno
import os
import signal
import termios


def in_background(terminal: int) -> bool:
    """Whether another job of this session has the terminal now; False if it is no controlling terminal."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        return False


def await_foreground(terminal: int) -> None:
    """Return once this process may draw; until then the whole job is stopped, as other screen programs are.

    Call it in the main thread only. Raises OSError in the background of a session without a shell.
    """
    before = signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    try:
        while not _may_change(terminal):
            continue
    finally:
        signal.signal(signal.SIGTTOU, before if before is not None else signal.SIG_DFL)


def _may_change(terminal: int) -> bool:
    """Whether the terminal may be changed; the kernel stops a background job that tries to."""
    try:
        termios.tcflow(terminal, termios.TCOON)
    except termios.error as error:
        number, words = error.args
        if number == errno.EINTR:  # continued
            return False
        raise OSError(number, words) from None
    return True
