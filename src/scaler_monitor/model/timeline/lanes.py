"""Assigns the tasks of a worker to lanes, so that concurrent tasks are drawn below each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_LANES = 16
"""Most lanes of one worker; if more tasks overlap, several share a lane."""

MAX_ASSIGNED_SPANS = 20_000
"""Number of the latest spans of a page that are assigned to lanes; older ones are in the first lane."""

ALIGNMENT_SECONDS = 60.0
"""Assignment starts at a multiple of this before the window, so that lanes do not change while it moves."""

MAX_OVERLAP_SECONDS = 0.25
MAX_OVERLAP_SHARE = 0.1
"""A task may overlap the one before it in its lane by this share of its duration, up to the seconds above:
the end of a task is the time at which the message arrived."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def assignment_start(window_start: float) -> float:
    """Return the unix time from which spans are assigned to lanes for a window."""
    return (window_start // ALIGNMENT_SECONDS - 1) * ALIGNMENT_SECONDS


def assign_lanes(worker: Ints, start: Floats, end: Floats, most: Ints) -> Ints:
    """Return the lane of each span, from 0: the first free lane, else the one that becomes free first.

    Spans are ordered by worker and start; `most` is the maximum number of lanes by worker.
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
