"""Half an hour with a busy cluster: neither viewer nor collector grows.

`SOAK_MINUTES` sets another duration. A run of the full duration writes `bench/SOAK.md`.
"""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest
from bench.memory_slope import Samples, bytes_a_minute, soak_report
from bench.reading import dropped
from bench.stream import Simulator, simulator
from tests.watched import Watch, Watched

WHOLE_MINUTES = 30.0
MINUTES = float(os.environ.get("SOAK_MINUTES", WHOLE_MINUTES))
WORKERS, TASKS_PER_SECOND = 1000, 2000
SAMPLE_SECONDS = 5.0
PRINT_SECONDS = 120.0
LATE = 2 / 3
"""Share of the time in which the bounded logs and histories fill; the slope is measured after it."""

LARGEST_SLOPE = 1_000_000
"""Bytes per minute, for one process."""

LARGEST_MEMORY = {"viewer": 100_000_000, "collector": 300_000_000}
"""Resident bytes."""

RESULTS = Path(__file__).parents[2] / "bench" / "SOAK.md"


@pytest.mark.soak
@pytest.mark.timeout(60 * MINUTES + 300)
def test_memory_does_not_grow(watch: Watch, record_property: Callable[[str, object], None]) -> None:
    with simulator(WORKERS, 8, TASKS_PER_SECOND) as stream:
        watched = watch("scaler_top", stream.address, columns=160, lines=50)
        watched.terminal.wait_for("LIVE", "Worker|")
        processes = {"viewer": watched.viewer, "collector": watched.collector}
        samples: dict[str, list[tuple[float, int]]] = {name: [] for name in processes}
        began = {name: _cpu_seconds(process) for name, process in processes.items()}
        started = last_printed = time.monotonic()
        while (at := time.monotonic() - started) < 60 * MINUTES:
            time.sleep(SAMPLE_SECONDS)
            watched.terminal.send("mcfwl"[int(at / SAMPLE_SECONDS) % 5])
            del watched.terminal.received[:]
            for name, process in processes.items():
                samples[name].append((at, process.memory_info().rss))
            if time.monotonic() - last_printed > PRINT_SECONDS:
                last_printed = time.monotonic()
                print(_report(samples, processes, began, stream, watched), flush=True)
        watched.terminal.wait_for("LIVE")
        assert all(process.status() != psutil.STATUS_ZOMBIE for process in processes.values())
        report = _report(samples, processes, began, stream, watched)
    print(report)
    if MINUTES >= WHOLE_MINUTES:
        RESULTS.write_text(report)
    for name, taken in samples.items():
        slope = bytes_a_minute(taken, LATE)
        record_property(f"{name}_bytes_a_minute", round(slope))
        assert slope < LARGEST_SLOPE, report
        assert max(held for _, held in taken) < LARGEST_MEMORY[name], report


def _report(
    samples: Mapping[str, Samples],
    processes: dict[str, psutil.Process],
    began: dict[str, float],
    stream: Simulator,
    watched: Watched,
) -> str:
    spent = samples["viewer"][-1][0]
    cpu = {name: 100 * (_cpu_seconds(process) - began[name]) / spent for name, process in processes.items()}
    sent = stream.stats()["frames"]["stateTask"]
    shed = dropped(watched.terminal.text.splitlines())
    what = f"{sent:,} StateTasks in {spent / 60:.0f} minutes, {shed:,.0f} of them shed"
    return soak_report(samples, cpu, LATE, what)


def _cpu_seconds(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])
