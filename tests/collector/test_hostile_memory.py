"""The memory of the collector is bounded for hostile streams."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.hostile import MOST_MEGABYTES, most_megabytes
from bench.hostile_sender import EVERYTHING

MEGABYTES = {
    "task ids of 100 KB": (1_000, 25),
    "advice of 500 ids": (6_000, 60),
    "advice of ids of 10 KB": (150, 10),
    "graph tasks of 500 parents": (6_000, 60),
    "1,000 capabilities a task": (1_000, 30),
    "names of control characters": (12_000, 50),
    "functions of 10 KB": (8_000, 45),
    "worker ids of 1 MB": (100, 25),
    "metadata of 1 MB": (100, 20),
    "workers that say hello": (80_000, 70),
    "objects with names of 10 KB": (3, 30),
}
"""By stream: number of frames, and the most bytes by which the collector may grow."""


@pytest.mark.parametrize("stream", MEGABYTES)
def test_a_hostile_stream_takes_bounded_memory(stream: str) -> None:
    frames, most = MEGABYTES[stream]
    done = subprocess.run(
        [sys.executable, "-m", "bench.hostile_memory", stream, str(frames)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert not done.returncode, done.stderr
    result = json.loads(done.stdout)
    assert result["grown"] < most << 20, result
    assert not result["malformed"], result


@pytest.mark.measured
def test_the_memory_of_all_processes_is_bounded_for_hostile_streams() -> None:
    most, collectors = most_megabytes(EVERYTHING, 10.0, rounds=2)
    assert 150 < most < MOST_MEGABYTES
    assert collectors == 1
