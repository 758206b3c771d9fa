"""Streams for measurements: a simulator process, or frames recorded in this process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import psutil

from scaler_monitor.demo.ports import free_ports
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.synthetic_scheduler import SyntheticScheduler
from scaler_monitor.simulate.task_frames import LENGTH_BYTES, Bytes
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateScheduler, StateTask

COMMAND = [sys.executable, "-c", "import sys; from scaler_monitor.cli.main import main; sys.exit(main())"]

STEPS = 20
"""Steps of the simulation per simulated second."""


class Simulator:
    """A running `scaler-monitor simulate`."""

    def __init__(self, address: str, process: subprocess.Popen[bytes], stats_path: Path) -> None:
        self.address = address
        self.process = process
        self._stats_path = stats_path

    def stats(self) -> dict[str, Any]:
        """Return the counters of sent messages, at most a second old."""
        return dict(json.loads(self._stats_path.read_text()))

    def cpu_seconds(self) -> float:
        """Return the CPU seconds used so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system


@contextmanager
def simulator(workers: int, processors: int, tasks_per_second: int, *more: str) -> Iterator[Simulator]:
    """Run a simulator on a free port until the end of the block."""
    address = f"tcp://127.0.0.1:{free_ports()}"
    with tempfile.TemporaryDirectory() as folder:
        stats = Path(folder) / "stats.json"
        process = subprocess.Popen(
            [
                *(*COMMAND, "simulate", "--bind", address, "--workers", str(workers)),
                *("--processors", str(processors), "--tasks-per-second", str(tasks_per_second)),
                *("--stats", str(stats), *more),
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            while not stats.exists():
                if process.poll() is not None:
                    raise RuntimeError("the simulator did not start")
                time.sleep(0.05)
            yield Simulator(address, process, stats)
        finally:
            process.terminate()
            process.wait()


class Recorder:
    """A publisher that records frames."""

    monitors: int | None = 1
    dropped_monitors = 0
    bytes_sent = 0

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def publish(self, block: bytes | Bytes, frame_bytes: int) -> None:
        data = block if isinstance(block, bytes) else block.tobytes()
        self.frames += [data[n + LENGTH_BYTES : n + frame_bytes] for n in range(0, len(data), frame_bytes)]

    def serve(self, seconds: float) -> None: ...

    def close(self) -> None: ...


def simulated_steps(
    workers: int, processors: int, tasks_per_second: int, seconds: int
) -> Iterator[list[bytes]]:
    """Yield the frames of each step of `seconds` simulated seconds, STEPS per second."""
    recorder = Recorder()
    scheduler = SyntheticScheduler(
        build_fleet(workers, processors), 2, recorder, tasks_per_second=tasks_per_second
    )
    for step in range(STEPS * seconds):
        scheduler.step(step / STEPS)
        frames, recorder.frames = recorder.frames, []
        yield frames


def recorded(
    workers: int, processors: int, tasks_per_second: int, seconds: int
) -> tuple[list[bytes], list[bytes]]:
    """Return the StateSchedulers and the StateTasks of `seconds` simulated seconds, as frames."""
    frames = list(chain.from_iterable(simulated_steps(workers, processors, tasks_per_second, seconds)))
    decoder = Decoder()
    kinds = [type(decoder.decode(frame, 2)) for frame in frames]
    reports, tasks = (
        [frame for frame, kind in zip(frames, kinds, strict=True) if kind is wanted]
        for wanted in (StateScheduler, StateTask)
    )
    return reports, tasks


def write_frames(path: Path, frames: list[bytes]) -> None:
    """Write frames for upstream's Python: each after 8 bytes with its length."""
    with path.open("wb") as file:
        for frame in frames:
            file.write(len(frame).to_bytes(LENGTH_BYTES, "little") + frame)
