"""Reads a feed in a separate process: `read_alone.py ADDRESS IDLE_SECONDS`.

Reads until the frame b"good" has come, or for a minute, doing nothing for IDLE_SECONDS once it is connected
and has read for the first time; then prints as JSON what it held at most above what it began with, in bytes.
"""

import json
import sys
import time
from pathlib import Path

from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.scheduler_feed import open_feed


def most_resident(process: int | str = "self") -> int:
    """Return the peak resident memory of a process in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def main() -> None:
    address, idle_seconds = parse_address(sys.argv[1]), float(sys.argv[2])
    if address.scheme in ("ws", "wss"):
        import scaler_monitor.wire.websocket_stream  # noqa: F401 - its weight is no message's
    feed = open_feed(address)
    before = most_resident()
    sizes: list[int] = []
    end = time.monotonic() + 60
    good = False
    while not good and time.monotonic() < end:
        frames = feed.read(0.1)
        good = b"good" in frames
        sizes += map(len, frames)
        if feed.state.phase == "connected" and idle_seconds:
            time.sleep(idle_seconds)
            idle_seconds = 0
        del frames
    counters = feed.counters
    report = {"good": good, "grown": most_resident() - before, "sizes": sizes}
    print(json.dumps({**report, "oversized": counters.oversized, "broken": counters.broken_streams}))
    sys.stdout.flush()
    feed.close()


if __name__ == "__main__":
    main()
