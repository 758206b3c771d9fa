"""A command under a guardian: it never outlives us, however we end."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from scaler_monitor.demo.guardian import GRACE_SECONDS
from scaler_monitor.system.interpreter import WORKING_FOLDER, environment_for_python, own_interpreter


class GuardedCommand:
    """A running command, its descendants included; ended by `stop`, or by our own end of any kind."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        output: IO[bytes],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command` with its output going to `output`; `folder`, a marked one, is removed if we die.

        The command stands in `/`. The guardian is isolated: `environment` is for the command, and may not
        say where our modules are.
        """
        self._process = subprocess.Popen(
            own_interpreter().run_module(
                "scaler_monitor.demo.guardian", str(folder), *command, isolated=True
            ),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=WORKING_FOLDER,
            env=environment_for_python(environment),
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The guardian's process id; the command and its descendants are below it."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The command's exit code, None while it runs."""
        return self._process.poll()

    def survive_exec(self) -> None:
        """Let the command go on when this process becomes another program; it ends with that one."""
        assert self._process.stdin is not None
        os.set_inheritable(self._process.stdin.fileno(), True)
        with contextlib.suppress(OSError):  # the guardian may have ended by itself
            self._process.stdin.write(b"stay\n")
            self._process.stdin.flush()

    def stop(self) -> None:
        """End the command and everything that came of it; returns when all is gone."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with contextlib.suppress(OSError):  # the guardian may have ended by itself
                stdin.write(b"stop\n")
                stdin.close()
        try:
            self._process.wait(GRACE_SECONDS + 10)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
