"""What a process gets from whoever starts it, put right before anything else is done."""

from __future__ import annotations

import os
import signal

OWNER = 0o700


def put_right() -> None:
    """Let this process, and those that it starts, run as if from a plain shell.

    A closed standard descriptor would be given to the next file that is opened, and be written to. Blocked
    signals would not end or resize the program; whether they are ignored is left, as nohup wants it. With
    SIGCHLD ignored a child's end could not be told, and with its owner's bits masked a file of ours could
    not be read.
    """
    _hold_standard_descriptors()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.umask(os.umask(OWNER) & ~OWNER)


def _hold_standard_descriptors() -> None:
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
