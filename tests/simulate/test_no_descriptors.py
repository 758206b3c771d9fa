"""A synthetic scheduler with more monitors than descriptors: it reports this once, and continues."""

from __future__ import annotations

import contextlib
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
from tests.watched import until

OPEN_FILES = 60


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def test_it_waits_for_descriptors_without_using_the_cpu(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("scaler-monitor")), "simulate"]
    options = ["--workers", "1", "--tasks-per-second", "0", "--bind", f"ipc://{tmp_path}/s"]
    errors = tmp_path / "errors"
    with errors.open("wb") as written, contextlib.ExitStack() as calling:
        simulated = subprocess.Popen([*command, *options], stderr=written, preexec_fn=limited)
        calling.callback(simulated.wait, 30)
        calling.callback(simulated.kill)

        def call() -> socket.socket:
            monitor = calling.enter_context(socket.socket(socket.AF_UNIX))
            monitor.settimeout(30)
            monitor.connect(f"{tmp_path}/s")
            return monitor

        until((tmp_path / "s").exists, 30)
        monitors = [call() for _ in range(OPEN_FILES + 5)]
        until(lambda: b"can connect" in errors.read_bytes(), 30)
        used, begun = spent(simulated.pid), time.monotonic()
        time.sleep(3)
        assert spent(simulated.pid) - used < 0.3 * (time.monotonic() - begun)
        for monitor in monitors[:40]:
            assert monitor.recv(3) == b"YMQ"
            monitor.close()
        assert monitors[-1].recv(3) == b"YMQ"
        lines = errors.read_text().splitlines()
    assert lines[1:] == [
        "scaler-monitor simulate: no more monitors can connect: Too many open files; see `ulimit -n`"
    ]


def spent(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
