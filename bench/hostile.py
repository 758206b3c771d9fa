"""Memory of all processes of the top view for hostile streams.

Upstream's tools are not measured: they decode with pycapnp and buffer everything, the web GUI in an unbounded
queue, so each of these streams exhausts the memory.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from bench.hostile_frames import LISTS, STREAMS
from bench.hostile_sender import EVERYTHING
from bench.live import our_screen
from bench.on_screen import on_screen
from bench.result import Result

SECONDS = 15.0
LIST_SECONDS = 4.0
MOST_MEGABYTES = 500.0
LONGEST_SECONDS = 600.0


def measure(only: str = "") -> list[Result]:
    """Measure the peak memory for each stream, and the number of collectors that were replaced."""
    results = []
    for scenario in (*STREAMS, *LISTS, EVERYTHING):
        if only in ("", scenario):
            seconds = LIST_SECONDS if scenario in LISTS else SECONDS * (3 if scenario == EVERYTHING else 1)
            results.append(_under(scenario, seconds))
    return results


def most_megabytes(scenario: str, seconds: float, rounds: int = 0) -> tuple[float, int]:
    """Return the peak memory of all processes of the top view, and the number of collectors started.

    Runs for the given seconds, and until the given rounds of "everything" were sent. Raises TimeoutError
    after ten minutes.
    """
    with hostile_scheduler(scenario) as scheduler, on_screen(our_screen(scheduler.address)) as screen:
        screen.wait_for(lambda lines: any("ymq" in line for line in lines), 60.0)
        begun, most, collectors = time.monotonic(), 0.0, set()
        while (passed := time.monotonic() - begun) < seconds or scheduler.rounds() < rounds:
            if passed > LONGEST_SECONDS:
                raise TimeoutError(f"{scheduler.rounds()} rounds of {scenario} were sent")
            most = max(most, screen.most_megabytes())
            collectors |= screen.children()
            time.sleep(0.1)
    return most, len(collectors)


def _under(scenario: str, seconds: float) -> Result:
    most, collectors = most_megabytes(scenario, seconds)
    return Result(
        f"hostile frames: {scenario}",
        "MB",
        most,
        None,
        MOST_MEGABYTES,
        f"the peaks of all processes added, {seconds:.0f} s; collectors that came: {collectors}",
    )


class HostileScheduler:
    """A running `bench.hostile_sender`."""

    def __init__(self, lines: IO[bytes]) -> None:
        self.address = lines.readline().decode().strip()
        self._rounds = 0
        self._lines = lines
        os.set_blocking(lines.fileno(), False)

    def rounds(self) -> int:
        """Return the number of rounds of "everything" sent."""
        self._rounds += (self._lines.read() or b"").count(b"\n")
        return self._rounds


@contextmanager
def hostile_scheduler(scenario: str) -> Iterator[HostileScheduler]:
    """Run `bench.hostile_sender` until the end of the block."""
    command = [sys.executable, "-m", "bench.hostile_sender", scenario]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as sender:
        assert sender.stdout is not None
        try:
            yield HostileScheduler(sender.stdout)
        finally:
            with contextlib.suppress(ProcessLookupError):
                sender.kill()


if __name__ == "__main__":
    for found in measure(*sys.argv[1:]):
        print(f"{found.measure}: {found.ours:.0f} MB; {found.note}", flush=True)
