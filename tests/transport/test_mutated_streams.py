"""Corrupted streams for the parser of every transport: frames or a one-line reason, at low cost.

`pytest -m fuzz tests/transport` runs until FUZZ_SECONDS are over.
"""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.fuzzing import fuzz_for_long
from tests.transport.mutated_streams import try_seed

REASONS = (
    "the scheduler closed the connection",
    "in its greeting",
    "was announced",
    "the WebSocket stream is broken",
    "a web server answers there",
    "something that is no scheduler",
    "that does not publish",
    "before its greeting",
)


@pytest.fixture(autouse=True)
def _memory_is_traced() -> Iterator[None]:
    tracemalloc.start(1)
    yield
    tracemalloc.stop()


def test_mutated_streams() -> None:
    heard, reasons = Counter[str](), Counter[str]()
    for seed in range(1500):
        kind, frames, reason = try_seed(seed)
        heard[kind] += frames
        reasons.update(words for words in REASONS if words in reason)
    assert heard["plain"] > 100  # frames were decoded, not only handshakes
    assert heard["websocket"] > 100
    assert heard["zmtp"] > 100
    assert min(reasons[words] for words in REASONS) > 2, reasons


@pytest.mark.fuzz
@pytest.mark.timeout(0)
def test_mutated_streams_long_run() -> None:
    fuzz_for_long(try_seed, settled=2000, grown_kilobytes=100_000)
