"""Job control (Ctrl+Z, `fg`, `bg`) beyond what Textual's driver does.

SIGSTOP gives the terminal to the shell without restoring it, so on SIGCONT it is set up again. A job that is
continued in the background (`bg`) waits until it is in the foreground. Without a shell, for example under
`ssh -t HOST scaler_top`, a stopped program would block the terminal for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

from textual.driver import Driver

from scaler_monitor.ui.foreground import await_foreground


def job_controlled(driver: type[Driver]) -> type[Driver]:
    """Return a subclass of the driver that restores the terminal on a stop, and sets it up again later."""

    class JobControlledDriver(driver):  # type: ignore[misc, valid-type]
        _must_signal_resume = False
        _is_in_background = False

        def start_application_mode(self) -> None:
            self._await_foreground()
            super().start_application_mode()

        def _sigtstp_application(self, *_: object) -> None:
            _soon(super()._sigtstp_application)

        def _sigcont_application(self, *_: object) -> None:
            if self._is_in_background:
                return  # continued in the background: it goes on waiting for the foreground
            if self._must_signal_resume:
                super()._sigcont_application()
            else:
                _soon(self._take_terminal_anew)

        def _take_terminal_anew(self) -> None:
            self._await_foreground()
            self.suspend_application_mode()
            self._must_signal_resume = True
            self.resume_application_mode()

        def _await_foreground(self) -> None:
            self._is_in_background = True
            with contextlib.suppress(OSError):
                await_foreground(self.fileno)
            self._is_in_background = False

    JobControlledDriver.__name__ = driver.__name__
    return JobControlledDriver


def shell_waits() -> bool:
    """Whether this process is a job of a shell, which gets the terminal when the job stops."""
    return os.getpgrp() != os.getsid(0)


def stop_job() -> None:
    """Stop the whole job, as Ctrl+Z in the terminal does: a program that started this one must stop too."""
    os.killpg(os.getpgrp(), signal.SIGTSTP)


def _soon(action: Callable[[], object]) -> None:
    """Run `action` between two callbacks of the loop, because a signal may come in the middle of a write.

    Without a running loop there is no screen, and so nothing to do.
    """
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop().call_soon_threadsafe(action)
