"""Tones of values: the thresholds for warning and bad. Pure functions, one per kind of value."""

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


def _threshold_tone(value: Any, warn: float, bad: float) -> Tone:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    if value > bad:
        return "bad"
    return "warn" if value > warn else ""


def last_seen(value: Any) -> Tone:
    """Return the tone of the seconds since the last heartbeat."""
    return _threshold_tone(value, LAST_SEEN_WARN_SECONDS, LAST_SEEN_BAD_SECONDS)


def lag(value: Any) -> Tone:
    """Return the worse tone of the pair (lag in microseconds, seconds since last seen)."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return ""
    tones = (_threshold_tone(value[0], LAG_WARN_MICROSECONDS, LAG_BAD_MICROSECONDS), last_seen(value[1]))
    if "bad" in tones:
        return "bad"
    return "warn" if "warn" in tones else ""


def latency(value: Any) -> Tone:
    """Return the tone of a client's round trip in microseconds."""
    return _threshold_tone(value, LATENCY_WARN_MICROSECONDS, LATENCY_BAD_MICROSECONDS)


def memory(value: Any) -> Tone:
    """Return the tone of used memory in tenths of a percent of the limit: near 1000 an OOM kill is likely."""
    return _threshold_tone(value, MEMORY_WARN_PERMILLE, MEMORY_BAD_PERMILLE)


def overdue(value: Any) -> Tone:
    """Return the tone of an overdue task's factor over the usual duration."""
    return _threshold_tone(value, 0.0, OVERDUE_BAD_TIMES)


def task_age(value: Any) -> Tone:
    """Return the tone of a task's age: seconds, or the pair (seconds, factor over the usual duration)."""
    return overdue(value[1]) if isinstance(value, list | tuple) and len(value) == 2 else ""


def failure_rate(value: Any) -> Tone:
    """Return the tone of the share of failed tasks, in tenths of a percent."""
    return _threshold_tone(value, FAILURE_WARN_PERMILLE, FAILURE_BAD_PERMILLE)


def state(value: Any) -> Tone:
    """Return the tone of a task state: a name of the wire format, or queued, running, suspended."""
    return STATE_TONES.get(value, "") if isinstance(value, str) else ""


def state_tones(states: Iterable[str]) -> dict[str, Tone]:
    """Return the tones of the states that have one, by state."""
    return {state: STATE_TONES[state] for state in states if state in STATE_TONES}


def failure_count(value: Any) -> Tone:
    """Return the tone of a count that should be zero."""
    return "bad" if isinstance(value, int) and value > 0 else ""


def waiting_count(value: Any) -> Tone:
    """Return the tone of a count of waiting objects: suspended processors, pending workers."""
    return "warn" if isinstance(value, int) and value > 0 else ""


_LETTERS: dict[Tone, str] = {tone: letter for letter, tone in TONE_LETTERS.items()}


def row_tones(
    by_position: Mapping[int, Callable[[Any], Tone]], rows: Iterable[list[Any]], marks: Iterable[str]
) -> list[str]:
    """Return the tones for `TablePage.tones`; `by_position` has the tone functions by position in a row.

    Departed rows have no tones, because their values are not current.
    """
    ordered = sorted(by_position.items())

    def of_row(row: list[Any]) -> str:
        letters = ""
        for place, tone in ordered:
            found = tone(row[place])
            if found:
                letters = letters.ljust(place) + _LETTERS[found]
        return letters

    return ["" if mark == "departed" else of_row(row) for row, mark in zip(rows, marks, strict=True)]
