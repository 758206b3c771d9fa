"""What values mean to an operator: the limits above which one is a warning or bad. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scaler_monitor.protocol.format.durations import STALE_SECONDS
from scaler_monitor.protocol.page import TONE_LETTERS, Tone

LAST_SEEN_WARN_SECONDS, LAST_SEEN_BAD_SECONDS = STALE_SECONDS, 15
LAG_WARN_MICROSECONDS, LAG_BAD_MICROSECONDS = 100_000, 1_000_000
MEMORY_WARN_PERMILLE, MEMORY_BAD_PERMILLE = 800, 920
LATENCY_WARN_MICROSECONDS, LATENCY_BAD_MICROSECONDS = 100_000, 1_000_000
OVERDUE_BAD_TIMES = 8.0
FAILURE_WARN_PERMILLE, FAILURE_BAD_PERMILLE = 0, 50

STATE_TONES: dict[str, Tone] = {
    "running": "accent",
    "queued": "dim",
    "suspended": "warn",
    "inactive": "dim",
    "success": "good",
    "failed": "bad",
    "failedWorkerDied": "bad",
    "canceling": "warn",
    "balanceCanceling": "warn",
    "canceled": "warn",
    "canceledNotFound": "warn",
    "balanceCanceled": "warn",
    "workerDisconnecting": "warn",
}


def _above(value: Any, warn: float, bad: float) -> Tone:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    if value > bad:
        return "bad"
    return "warn" if value > warn else ""


def last_seen(value: Any) -> Tone:
    """Seconds since something was last seen."""
    return _above(value, LAST_SEEN_WARN_SECONDS, LAST_SEEN_BAD_SECONDS)


def lag(value: Any) -> Tone:
    """The pair (lag in microseconds, last seen in seconds): the worse of the two."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return ""
    tones = (_above(value[0], LAG_WARN_MICROSECONDS, LAG_BAD_MICROSECONDS), last_seen(value[1]))
    if "bad" in tones:
        return "bad"
    return "warn" if "warn" in tones else ""


def latency(value: Any) -> Tone:
    """A client's round trip in microseconds."""
    return _above(value, LATENCY_WARN_MICROSECONDS, LATENCY_BAD_MICROSECONDS)


def memory(value: Any) -> Tone:
    """Memory in use against the limit, in tenths of a percent: the number that predicts an OOM kill."""
    return _above(value, MEMORY_WARN_PERMILLE, MEMORY_BAD_PERMILLE)


def overdue(value: Any) -> Tone:
    """How many times the usual a task has been running, known only of one that is far over it."""
    return _above(value, 0.0, OVERDUE_BAD_TIMES)


def task_age(value: Any) -> Tone:
    """Seconds that a task has been running, or the pair of them and how many times the usual that is."""
    return overdue(value[1]) if isinstance(value, list | tuple) and len(value) == 2 else ""


def failure(value: Any) -> Tone:
    """The share of tasks that failed, in tenths of a percent."""
    return _above(value, FAILURE_WARN_PERMILLE, FAILURE_BAD_PERMILLE)


def state(value: Any) -> Tone:
    """A task's state, by its name on the wire, or queued, running, suspended."""
    return STATE_TONES.get(value, "") if isinstance(value, str) else ""


def state_tones(states: Iterable[str]) -> dict[str, Tone]:
    """The tones of those of the states that have one."""
    return {state: STATE_TONES[state] for state in states if state in STATE_TONES}


def failures(value: Any) -> Tone:
    """A count that should be zero."""
    return "bad" if isinstance(value, int) and value > 0 else ""


def waiting(value: Any) -> Tone:
    """A count of things that wait: suspended processors, pending workers."""
    return "warn" if isinstance(value, int) and value > 0 else ""


_LETTERS: dict[Tone, str] = {tone: letter for letter, tone in TONE_LETTERS.items()}


def tones_of_rows(
    by_place: Mapping[int, Callable[[Any], Tone]], rows: Iterable[list[Any]], marks: Iterable[str]
) -> list[str]:
    """Return what TablePage.tones has; `by_place` are the tones of columns, by their place in a row.

    What has left has none: its figures are of then.
    """
    ordered = sorted(by_place.items())

    def of_row(row: list[Any]) -> str:
        letters = ""
        for place, tone in ordered:
            found = tone(row[place])
            if found:
                letters = letters.ljust(place) + _LETTERS[found]
        return letters

    return ["" if mark == "departed" else of_row(row) for row, mark in zip(rows, marks, strict=True)]
