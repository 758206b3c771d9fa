"""Bars: activity over whole cells of the screen, with the number of tasks in each."""

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
"""Severity by state; the state of a bar is the most severe of its tasks."""


class TaskSpan(NamedTuple):
    """The execution of one task on one worker, from `start` to `end` in unix seconds."""

    start: float
    end: float
    state: str  # key of SEVERITY
    capabilities: str | None  # name of the set; "" for the empty set, None if unknown
    function: str | None
    task_id: bytes  # empty if it is not stored


class Bar(NamedTuple):
    """Activity over whole cells: of one task, or of several merged ones."""

    first_cell: int
    last_cell: int  # inclusive
    tasks: int
    state: str  # the most severe of the tasks that ended in it; of all tasks if none ended
    capabilities: str | None  # the set with the longest time
    function: str | None  # the one with the longest time
    task_id: bytes  # of the only or the latest task; empty if it is not stored
    busy: float  # share of the time in which the worker had a task, 0 to 1
    ended: int  # number of tasks that ended in it
    failed: int  # number of those that failed or whose worker died
    canceled: int
    seconds: float | None  # full duration of the only task; None if unknown or several
