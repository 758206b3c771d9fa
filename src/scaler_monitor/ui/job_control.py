"""Ctrl+Z and back: what Textual's driver leaves out.

A stop that comes from outside (SIGSTOP) hands the terminal to the shell as it is, so on SIGCONT it is taken
anew. One that goes on in the background (bg) waits for its turn. Where no shell waits, under
`ssh -t HOST scaler_top` say, a stop would hold the terminal for ever.
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
    """The driver class with a stop and a return that leave and take the terminal whole."""

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
                return  # continued there: what waits for the foreground goes on waiting
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
    """Whether this process runs as a job of a shell, which gets the terminal when the job stops."""
    return os.getpgrp() != os.getsid(0)


def stop_job() -> None:
    """Stop the whole job, as the terminal's own Ctrl+Z does: a wrapper around us must stop as well."""
    os.killpg(os.getpgrp(), signal.SIGTSTP)


def _soon(action: Callable[[], object]) -> None:
    """Run `action` between two callbacks of the loop: a signal may come in the midst of a write.

    Where no loop runs, before the first screen or after the last, there is no terminal to leave or take.
    """
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop().call_soon_threadsafe(action)
