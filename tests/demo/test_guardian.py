"""The guardian of a command: told to stop at a bad moment, it takes the command with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
from tests.watched import until

STOPPED_WHILE_STARTING = """
import os, signal, subprocess, sys
from scaler_monitor.demo import guardian

class Started(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print(self.pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

subprocess.Popen = Started
sys.exit(guardian.main())
"""


def test_a_signal_while_the_command_starts_ends_it_too(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED_WHILE_STARTING, str(folder), *sleeper],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as guardian:
        assert guardian.stdout is not None
        command = int(guardian.stdout.readline())
        try:
            assert guardian.wait(timeout=120) == 128 + 15
            until(lambda: not psutil.pid_exists(command))
        finally:
            if psutil.pid_exists(command):
                psutil.Process(command).kill()
    assert folder.exists()
