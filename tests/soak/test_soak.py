"""Half an hour on a busy cluster: neither viewer nor collector grows.

`SOAK_MINUTES` sets another length. What the whole length measured goes to `bench/SOAK.md`.
"""

import os
import time
from pathlib import Path

import psutil
import pytest
from bench.memory_slope import bytes_a_minute, soak_report
from bench.stream import simulator

WHOLE_MINUTES = 30.0
MINUTES = float(os.environ.get("SOAK_MINUTES", WHOLE_MINUTES))
WORKERS, TASKS_PER_SECOND = 1000, 2000
SAMPLE_SECONDS = 5.0
LATE = 2 / 3
"""The part of the time in which the bounded logs and histories fill; the slope is taken after it."""

LARGEST_SLOPE = 1_000_000
"""Bytes a minute, of one process."""

LARGEST_MEMORY = {"viewer": 100_000_000, "collector": 300_000_000}
"""Resident bytes."""

RESULTS = Path(__file__).parents[2] / "bench" / "SOAK.md"


@pytest.mark.soak
@pytest.mark.timeout(60 * MINUTES + 300)
def test_memory_is_flat(watch, record_property):
    with simulator(WORKERS, 8, TASKS_PER_SECOND) as stream:
        watched = watch("scaler_top", stream.address, columns=160, lines=50)
        watched.terminal.wait_for("LIVE", "Worker|")
        processes = {"viewer": watched.viewer, "collector": watched.collector}
        samples = {name: [] for name in processes}
        cpu = {name: sum(process.cpu_times()[:2]) for name, process in processes.items()}
        started = time.monotonic()
        while (at := time.monotonic() - started) < 60 * MINUTES:
            time.sleep(SAMPLE_SECONDS)
            watched.terminal.send("mcfwl"[int(at / SAMPLE_SECONDS) % 5])
            del watched.terminal.received[:]
            for name, process in processes.items():
                samples[name].append((at, process.memory_info().rss))
        spent = time.monotonic() - started
        for name, process in processes.items():
            assert process.status() != psutil.STATUS_ZOMBIE
            cpu[name] = 100 * (sum(process.cpu_times()[:2]) - cpu[name]) / spent
        watched.terminal.wait_for("LIVE", " 0 dropped")
        sent = stream.stats()["frames"]["stateTask"]
    report = soak_report(samples, cpu, MINUTES, LATE, f"{sent:,} StateTasks in {spent / 60:.0f} minutes")
    print(report)
    if MINUTES >= WHOLE_MINUTES:
        RESULTS.write_text(report)
    for name, taken in samples.items():
        slope = bytes_a_minute(taken, LATE)
        record_property(f"{name}_bytes_a_minute", round(slope))
        assert slope < LARGEST_SLOPE, report
        assert max(held for _, held in taken) < LARGEST_MEMORY[name], report
