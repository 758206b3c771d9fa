"""From the command to the first painted frame."""

from __future__ import annotations

import statistics

from bench.live import our_screen
from bench.on_screen import on_screen
from bench.result import Result
from bench.stream import simulator

RUNS = 7
REASON = (
    "Imports of Textual and Rich take 0.2 s and its first layout 0.1 s of CPU, so a busy machine shows."
    " Tried: no numpy or Cap'n Proto in the viewer, tabs loaded when they are seen, the collector "
    "started before the imports."
)


def measure() -> list[Result]:
    """The median over RUNS starts against a running scheduler."""
    took = []
    with simulator(100, 2, 100) as stream:
        for _ in range(RUNS):
            with on_screen(our_screen(stream.address)) as screen:
                took.append(screen.wait_for(lambda lines: "scheduler" in "".join(lines)))
    return [
        Result(
            "start to first painted frame",
            "s",
            statistics.median(took),
            None,
            0.6,
            f"median of {RUNS}",
            REASON,
        )
    ]
