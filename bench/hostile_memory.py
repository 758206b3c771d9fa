"""`python -m bench.hostile_memory STREAM FRAMES`: what a collector's model takes for a hostile stream.

Prints a line of JSON: `grown`, the bytes that the process grew by at most; `malformed` and `cut` as the
status tells them; `cpu_seconds` of decoding and of keeping the model.
"""

from __future__ import annotations

import json
import re
import sys
import time
from itertools import islice
from pathlib import Path

from bench.hostile_frames import STREAMS
from scaler_monitor.collector.live_source import LiveSource
from scaler_monitor.collector.source import Batch
from scaler_monitor.collector.watch import CHUNK_BYTES, CHUNK_FRAMES, Watch
from scaler_monitor.protocol.page import Question
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.wire.feed import FeedCounters, FeedState

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")


class StillFeed:
    """A feed that is connected and brings nothing by itself."""

    state = STATE
    counters = FeedCounters(0, 0, 0, 0)

    def read(self, timeout: float) -> list[bytes]:  # noqa: ARG002
        """Bring nothing."""
        return []

    def close(self) -> None:
        """Nothing is open."""


def most_bytes() -> int:
    """The most that this process ever held."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return 1024 * int(found.group(1))


def main(stream: str, frames: int) -> None:
    """Measure one stream."""
    watch = Watch(LiveSource("tcp://127.0.0.1:1", StillFeed()))
    coming = islice(STREAMS[stream](), frames)
    watch.process(Batch(time.time(), steady_now(), STATE, [next(coming)]))
    watch.answer(Question("bench"))
    before, used, left = most_bytes(), 0.0, frames
    while left > 0:
        chunk: list[bytes] = []
        while len(chunk) < CHUNK_FRAMES and sum(map(len, chunk)) < CHUNK_BYTES and left > 0:
            chunk += islice(coming, 1)
            left -= 1
        begun = time.process_time()
        watch.process(Batch(time.time(), steady_now(), STATE, chunk))
        used += time.process_time() - begun
    status = watch.answer(Question("bench")).status
    told = {"grown": most_bytes() - before, "malformed": status.malformed, "cut": status.cut}
    print(json.dumps({**told, "cpu_seconds": used}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
