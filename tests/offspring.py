"""Every process that came of a test's command, however far it went from it."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator

import psutil

MARK = "OFFSPRING_OF_A_TEST"


class Offspring:
    """Marks a command by a variable in its environment, which whatever it starts inherits."""

    def __init__(self) -> None:
        self._name = uuid.uuid4().hex

    @property
    def environment(self) -> dict[str, str]:
        """For the command."""
        return {**os.environ, MARK: self._name}

    def living(self) -> list[psutil.Process]:
        """The marked processes that run now; zombies do not."""
        return [process for process in _running() if self._is_marked(process)]

    def kill(self) -> None:
        """End what a failed test has left."""
        for process in self.living():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _is_marked(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get(MARK) == self._name)
        except (psutil.Error, OSError):
            return False


def _running() -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE:
            yield process
