"""Half an hour on a busy cluster: neither viewer nor collector grows.

`SOAK_MINUTES` sets another length.
"""

import os
import time

import psutil
import pytest
from bench.stream import simulator

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
WORKERS, TASKS_PER_SECOND = 1000, 2000
SAMPLE_SECONDS = 5.0
SETTLE = 0.5
"""The part of the time in which the bounded logs and histories fill; the slope is taken after it."""

LARGEST_SLOPE = 1_000_000
"""Bytes a minute, of one process."""


def slope(samples: list[tuple[float, int]]) -> float:
    """Bytes a minute, by least squares over (seconds, bytes)."""
    middle = sum(at for at, _ in samples) / len(samples)
    spread = sum((at - middle) ** 2 for at, _ in samples)
    return 60 * sum((at - middle) * held for at, held in samples) / spread


@pytest.mark.soak
@pytest.mark.timeout(60 * MINUTES + 120)
def test_memory_is_flat(watch, record_property):
    with simulator(WORKERS, 8, TASKS_PER_SECOND) as stream:
        watched = watch("scaler_top", stream.address, columns=160, lines=50)
        watched.terminal.wait_for("LIVE", "Worker|")
        processes = {"viewer": watched.viewer, "collector": watched.collector}
        samples = {name: [] for name in processes}
        started = time.monotonic()
        while (at := time.monotonic() - started) < 60 * MINUTES:
            time.sleep(SAMPLE_SECONDS)
            watched.terminal.send("mcfwl"[int(at) % 5])
            for name, process in processes.items():
                samples[name].append((at, process.memory_info().rss))
        watched.terminal.wait_for("LIVE", " 0 dropped")
        assert all(process.status() != psutil.STATUS_ZOMBIE for process in processes.values())
    for name, taken in samples.items():
        late = [sample for sample in taken if sample[0] >= SETTLE * 60 * MINUTES]
        growth = slope(late)
        print(f"{name}: {late[-1][1] / 1e6:.0f} MB, {growth / 1000:+.0f} kB/minute over the last half")
        record_property(f"{name}_bytes_a_minute", round(growth))
        assert growth < LARGEST_SLOPE
