"""`python -m bench.hostile_memory STREAM FRAMES`: the memory of a collector for a hostile stream.

Prints a line of JSON: `grown`, the peak growth of the process in bytes; `malformed` and `cut` from the
status; `cpu_seconds` of decoding and updating the model.
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
    """A connected feed without frames."""

    state = STATE
    counters = FeedCounters(0, 0, 0, 0)

    def read(self, timeout: float) -> list[bytes]:  # noqa: ARG002
        """Return no frames."""
        return []

    def close(self) -> None:
        """Do nothing."""


def most_bytes() -> int:
    """Return the peak memory of this process in bytes."""
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
    result = {"grown": most_bytes() - before, "malformed": status.malformed, "cut": status.cut}
    print(json.dumps({**result, "cpu_seconds": used}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
