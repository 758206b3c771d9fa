"""Runs a command under a guardian process, which stops it when this process ends in any way."""

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
    """A running command with its descendants; it ends with `stop`, or when this process ends in any way."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        output: IO[bytes],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command` with its output to `output`; the marked `folder` is removed if this process is
        killed.

        The current folder of the command is `/`. The guardian runs in isolated mode, because `environment`,
        which is meant for the command, may not contain the path of our modules.
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
        """The guardian's process id; the command and its descendants are its descendants."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return the command's exit code; None while it runs."""
        return self._process.poll()

    def survive_exec(self) -> None:
        """Keep the command running when this process calls `exec`; it stops when the new program exits."""
        assert self._process.stdin is not None
        os.set_inheritable(self._process.stdin.fileno(), True)
        with contextlib.suppress(OSError):  # the guardian may have exited already
            self._process.stdin.write(b"stay\n")
            self._process.stdin.flush()

    def stop(self) -> None:
        """Stop the command and all its descendants; return when they have exited."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with contextlib.suppress(OSError):  # the guardian may have exited already
                stdin.write(b"stop\n")
                stdin.close()
        try:
            self._process.wait(GRACE_SECONDS + 10)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
