"""Streams gone wrong, over every transport's parser: frames or one line that says why, at little cost.

`pytest -m fuzz tests/transport` runs until FUZZ_SECONDS are over.
"""

from __future__ import annotations

import os
import random
import resource
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.transport.mutated_streams import try_seed

REASONS = (
    "the scheduler closed the connection",
    "at its greeting",
    "was announced",
    "the WebSocket stream is broken",
    "a web server answers there",
    "something that is no scheduler",
    "before a word was said",
)


@pytest.fixture(autouse=True)
def _memory_is_traced() -> Iterator[None]:
    tracemalloc.start(1)
    yield
    tracemalloc.stop()


def test_mutated_streams() -> None:
    heard, reasons = Counter(), Counter()
    for seed in range(1500):
        kind, frames, reason = try_seed(seed)
        heard[kind] += frames
        reasons.update(words for words in REASONS if words in reason)
    assert heard["plain"] > 100  # it went the whole way, not only its first step
    assert heard["websocket"] > 100
    assert min(reasons[words] for words in REASONS) > 2, reasons


@pytest.mark.fuzz
@pytest.mark.timeout(0)
def test_mutated_streams_for_long() -> None:
    """Says the seed of what failed; the process may not grow either."""
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "300"))
    seeds = random.Random()
    cases = grown_from = 0
    while time.monotonic() < end:
        seed = seeds.randrange(2**64)
        try:
            try_seed(seed)
        except BaseException:
            print(f"seed {seed}, after {cases} cases")
            raise
        cases += 1
        if cases == 2000:
            grown_from = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown_from
    print(f"{cases} cases, grown by {grown} kB")
    assert grown < 100_000
