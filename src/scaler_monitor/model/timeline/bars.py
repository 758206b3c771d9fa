"""Bars: work over whole cells of a screen, truthful about how much of it shares a cell."""

from __future__ import annotations

from typing import NamedTuple

SEVERITY = {
    "running": 0,
    "suspended": 1,
    "success": 2,
    "canceledNotFound": 3,
    "canceled": 4,
    "failed": 5,
    "failedWorkerDied": 6,
}
"""How bad a state is; the worst of merged tasks is the state of their bar."""


class TaskSpan(NamedTuple):
    """One task on one worker, from `start` to `end` in unix seconds."""

    start: float
    end: float
    state: str  # key of SEVERITY
    capabilities: str | None  # name of the set; "" for none, None for unknown
    function: str | None
    task_id: bytes  # empty where it is not kept


class Bar(NamedTuple):
    """Work over whole cells. `tasks` 1 is one task; more are merged."""

    first_cell: int
    last_cell: int  # inclusive
    tasks: int
    state: str  # the worst of the tasks that ended in it; of all where none did
    capabilities: str | None  # the set with the most time in it
    function: str | None  # the one with the most time in it
    task_id: bytes  # of the only or the latest task; empty where that is not kept
    busy: float  # share of the cells' time that was worked, 0 to 1
    ended: int  # tasks that ended in it
    failed: int  # those of them that failed, or ended by the death of their worker
    canceled: int
    seconds: float | None  # how long the only task took, beyond this bar as well; None where not known
