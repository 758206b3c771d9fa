"""`python -m bench.hostile_sender SCENARIO`: a YMQ scheduler that sends a hostile stream to one monitor.

Prints its address, and for "everything" a line per round. A scenario is a stream or a list of
`bench.hostile_frames`, or "everything", which sends all of them in turn, lists once per round. It sends as
fast as the monitor reads, for ever.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from itertools import count, islice, repeat

from bench.hostile_frames import LISTS, STREAMS, Frames
from scaler_monitor.wire.frame_limits import FRAME_LIMIT

EVERYTHING = "everything"
TURN_BYTES = 40 << 20
"""Bytes of one stream that are sent before the next one."""

TURN_FRAMES = 20_000

LIST_BYTES = FRAME_LIMIT - 4096


def frames_of(scenario: str) -> Frames:
    """Yield the frames of a scenario endlessly."""
    if scenario in LISTS:
        return repeat(LISTS[scenario](LIST_BYTES))
    return _everything() if scenario == EVERYTHING else STREAMS[scenario]()


def _everything() -> Iterator[bytes]:
    streams = [make() for make in STREAMS.values()]
    for number in count(1):
        for stream in streams:
            sent = 0
            for frame in islice(stream, TURN_FRAMES):
                yield frame
                sent += len(frame)
                if sent > TURN_BYTES:
                    break
        for make in LISTS.values():
            yield make(LIST_BYTES)
        print(f"round {number}", flush=True)


def main(scenario: str) -> None:
    """Listen, and send to one monitor after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"tcp://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        while True:
            monitor, _ = listener.accept()
            try:
                _serve(monitor, scenario)
            except OSError:
                monitor.close()


def _serve(monitor: socket.socket, scenario: str) -> None:
    monitor.sendall(b"YMQ\x02" + len(b"hostile").to_bytes(8, "little") + b"hostile")
    gathered: list[bytes] = []
    size = 0
    for frame in frames_of(scenario):
        gathered += (len(frame).to_bytes(8, "little"), frame)
        size += len(frame)
        if size > 1 << 18:
            monitor.sendall(b"".join(gathered))
            gathered, size = [], 0


if __name__ == "__main__":
    main(sys.argv[1])
