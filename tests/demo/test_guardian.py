"""The guardian of a command: it stops the command, whenever it is told to stop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.watched import until

from scaler_monitor.system.marked_folder import mark

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


def test_a_signal_during_the_start_stops_the_command(tmp_path: Path) -> None:
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


def test_the_folder_is_removed_after_a_detached_parent(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    mark(folder)
    command = [sys.executable, "-c", "import sys; sys.exit(3)"]
    with subprocess.Popen(
        [sys.executable, "-m", "scaler_monitor.demo.guardian", str(folder), *command],
        stdin=subprocess.PIPE,
        text=True,
    ) as guardian:
        assert guardian.stdin is not None
        guardian.stdin.write("stay\n")
        guardian.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            guardian.wait(timeout=2)
        assert folder.exists()
        guardian.stdin.close()
        assert guardian.wait(timeout=120) == 3
    assert not folder.exists()


def test_a_folder_without_a_marker_is_kept(tmp_path: Path) -> None:
    (tmp_path / "work.txt").write_text("years")
    command = [sys.executable, "-c", "pass"]
    subprocess.run(
        [sys.executable, "-m", "scaler_monitor.demo.guardian", str(tmp_path), *command],
        stdin=subprocess.DEVNULL,
        timeout=100,
        check=False,
    )
    assert (tmp_path / "work.txt").read_text() == "years"
