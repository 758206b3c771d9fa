"""Resets the process state that is inherited from the parent, before anything else is done."""

from __future__ import annotations

import os
import signal

OWNER = 0o700


def reset_process_state() -> None:
    """Let this process and its children run as if started from a plain shell.

    A closed standard descriptor would be reused by the next file that is opened, and then be written to.
    Blocked signals could not terminate or resize the program; ignored signals stay ignored, as nohup
    requires. With SIGCHLD ignored, the exit of a child could not be detected. With a umask that masks the
    owner's bits, our own files could not be read.
    """
    _hold_standard_descriptors()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.umask(os.umask(OWNER) & ~OWNER)


def _hold_standard_descriptors() -> None:
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
