"""Which of a worker's lanes each of its tasks is drawn in, so that those of one time lie below each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_LANES = 16
"""Lanes of one worker; where more tasks overlap, several share one."""

MAX_ASSIGNED_SPANS = 20_000
"""Spans of one page that are dealt out to lanes, the latest; those before them all lie in the first one."""

ALIGNMENT_SECONDS = 60.0
"""Lanes are dealt out from a round moment so far before the window, so that they stay while time goes on."""

MAX_OVERLAP_SECONDS = 0.25
MAX_OVERLAP_SHARE = 0.1
"""So much of a task, at most so many seconds, may lie over the end of the one before it: the end of a task is
known by when it was heard."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def assignment_start(window_start: float) -> float:
    """Return the moment from which on spans are dealt out for a window."""
    return (window_start // ALIGNMENT_SECONDS - 1) * ALIGNMENT_SECONDS


def assign_lanes(worker: Ints, start: Floats, end: Floats, most: Ints) -> Ints:
    """Return the lane of each span, from 0: the first that is free, or else the one that is free the soonest.

    Spans are ordered by worker, then by start; `most` tells by worker how many lanes it may have.
    """
    shared = np.minimum((end - start) * MAX_OVERLAP_SHARE, MAX_OVERLAP_SECONDS)
    lanes = [0] * len(worker)
    before, busy_until, room = -1, [0.0], 1
    spans = zip(worker.tolist(), (start + shared).tolist(), end.tolist(), strict=True)
    for at, (which, begins, ends) in enumerate(spans):
        if which != before:
            before, busy_until, room = which, [], int(most[which])
        lane = 0
        for until in busy_until:
            if until <= begins:
                break
            lane += 1
        if lane == len(busy_until):
            if lane < room:
                busy_until.append(ends)
            else:
                lane = busy_until.index(min(busy_until))
        busy_until[lane] = max(busy_until[lane], ends)
        lanes[at] = lane
    return np.array(lanes, np.int64)
