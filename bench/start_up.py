"""The time from the command to the first frame."""

from __future__ import annotations

import statistics

from bench.bare import bare_start_seconds
from bench.live import our_screen
from bench.on_screen import on_screen
from bench.reading import painted
from bench.result import Limit, Result
from bench.stream import simulator

RUNS = 7
REASON = (
    "Beside what a bare app imports, 110 modules of our own and a collector that starts at the same time, on"
    " the other core where that is free. Tried: no numpy or Cap'n Proto in the viewer, tabs loaded when they "
    "are seen, the collector started before the imports, no search for garbage while they load."
)


def measure() -> list[Result]:
    """Measure the medians of RUNS starts with a running scheduler."""
    frames, sections, bare = [], [], []
    with simulator(100, 2, 100) as stream:
        for _ in range(RUNS):
            with on_screen(our_screen(stream.address)) as screen:
                frames.append(screen.wait_for(painted))
                sections.append(screen.wait_for(lambda lines: "scheduler" in "".join(lines)))
            bare.append(bare_start_seconds())
    alone = statistics.median(bare)
    return [
        Result(
            "start to first painted frame",
            "s",
            statistics.median(frames),
            None,
            Limit(2, "bare", alone),
            f"its status line says what it does; median of {RUNS}",
            REASON,
            bare=alone,
        ),
        Result(
            "start to the top view's sections",
            "s",
            statistics.median(sections),
            bare=alone,
            note=f"the scheduler has answered; median of {RUNS}",
        ),
    ]
