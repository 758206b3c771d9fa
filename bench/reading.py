"""Reads the screen: sort marks, rows, counts, and effects of keys."""

from __future__ import annotations

import re
import statistics

from bench.on_screen import OnScreen, Screen

SORT_KEYS = (b"m", b"n", b"c", b"n")
"""Each key sorts different workers to the top than the one before."""

_MARKS = re.compile("[▲▼]")
_WORKER = re.compile(r"Worker\|SIM\|\d+")
_FLEET = re.compile(r"([\d,]+) worker\(s\)")
_STATE = re.compile(r"│ (\w+) +([\d,]+) │")
_DROPPED = re.compile(r"([\d.,]+[kMG]?) dropped")
_MATCHED = re.compile(r"([\d,]+) of ([\d,]+)")
_SCALE = {"k": 1e3, "M": 1e6, "G": 1e9}


def painted(screen: Screen) -> bool:
    """Return whether the first frame is drawn: it has a status word, at least CONNECTING."""
    return bool(screen[0].strip())


def shows_fleet(workers: int, screen: Screen) -> bool:
    """Return whether the top view is live and shows this number of workers."""
    found = _FLEET.search("\n".join(screen))
    return screen[0].startswith(" LIVE") and found is not None and _whole(found[1]) == workers


def sorted_anew(before: Screen, after: Screen) -> bool:
    """Return whether the sort mark moved and most rows show another worker than before."""
    if _marks(before) == _marks(after):
        return False
    was, now = (_WORKER.findall("\n".join(screen)) for screen in (before, after))
    return bool(now) and sum(a == b for a, b in zip(was, now, strict=False)) <= len(now) / 2


def states(screen: Screen) -> dict[str, int]:
    """Return the task counts by state in the header of the top view."""
    return {state: _whole(count) for line in screen for state, count in _STATE.findall(line)}


def dropped(screen: Screen) -> float:
    """Return the number of dropped frames in the status line."""
    found = _DROPPED.search(screen[0])
    if found is None:
        return 0.0
    number, unit = (found[1][:-1], found[1][-1]) if found[1][-1] in _SCALE else (found[1], "")
    return float(number.replace(",", "")) * _SCALE.get(unit, 1)


def matched(screen: Screen) -> tuple[int, int] | None:
    """Return (matching rows, all rows) from the line of the filter."""
    found = _MATCHED.search(screen[-2])
    return None if found is None else (_whole(found[1]), _whole(found[2]))


def sort_seconds(screen: OnScreen, presses: int) -> list[float]:
    """Press sort keys of workers in turn; return the seconds until each table was sorted."""
    return [screen.key_seconds(SORT_KEYS[n % len(SORT_KEYS)], sorted_anew) for n in range(presses)]


def percentile_95(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _marks(screen: Screen) -> list[tuple[int, int, str]]:
    return [(y, mark.start(), mark[0]) for y, line in enumerate(screen) for mark in _MARKS.finditer(line)]


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
