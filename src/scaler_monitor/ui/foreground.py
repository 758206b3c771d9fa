"""Whose turn it is at the terminal: a job in a shell's background may not draw, and stops until it may."""

from __future__ import annotations

import errno
import os
import signal
import termios


def in_background(terminal: int) -> bool:
    """Whether another job has the terminal of this session now; False where it is no such terminal."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        return False


def await_foreground(terminal: int) -> None:
    """Return once this process may draw; until then the whole job is stopped, as other screen programs are.

    In the main thread only. Raises OSError in a background where no shell waits to bring the job forward.
    """
    before = signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    try:
        while not _may_change(terminal):
            continue
    finally:
        signal.signal(signal.SIGTTOU, before if before is not None else signal.SIG_DFL)


def _may_change(terminal: int) -> bool:
    """Ask for a change that changes nothing; the kernel stops whoever is in the background for it."""
    try:
        termios.tcflow(terminal, termios.TCOON)
    except termios.error as error:
        number, words = error.args
        if number == errno.EINTR:  # continued
            return False
        raise OSError(number, words) from None
    return True
