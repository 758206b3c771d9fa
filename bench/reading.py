"""What a measure reads from the screen: sort marks, rows, counts, and whether a key has done its work."""

from __future__ import annotations

import re
import statistics

from bench.on_screen import OnScreen, Screen

SORT_KEYS = (b"m", b"n", b"c", b"n")
"""Each puts other workers on top than the one before."""

_MARKS = re.compile("[▲▼]")
_WORKER = re.compile(r"Worker\|SIM\|\d+")
_FLEET = re.compile(r"([\d,]+) worker\(s\)")
_STATE = re.compile(r"│ (\w+) +([\d,]+) │")
_DROPPED = re.compile(r"([\d.,]+[kMG]?) dropped")
_MATCHED = re.compile(r"([\d,]+) of ([\d,]+)")
_SCALE = {"k": 1e3, "M": 1e6, "G": 1e9}


def painted(screen: Screen) -> bool:
    """Whether there is a frame: its first line says what the program does, were it only CONNECTING."""
    return bool(screen[0].strip())


def shows_fleet(workers: int, screen: Screen) -> bool:
    """Whether the top view is live and shows a fleet of so many workers."""
    found = _FLEET.search("\n".join(screen))
    return screen[0].startswith(" LIVE") and found is not None and _whole(found[1]) == workers


def sorted_anew(before: Screen, after: Screen) -> bool:
    """Whether the sort mark moved and most places of the table hold another worker than before."""
    if _marks(before) == _marks(after):
        return False
    was, now = (_WORKER.findall("\n".join(screen)) for screen in (before, after))
    return bool(now) and sum(a == b for a, b in zip(was, now, strict=False)) <= len(now) / 2


def states(screen: Screen) -> dict[str, int]:
    """The counts of tasks by state in the top view's head."""
    return {state: _whole(count) for line in screen for state, count in _STATE.findall(line)}


def dropped(screen: Screen) -> float:
    """How many frames the status line says were shed."""
    found = _DROPPED.search(screen[0])
    if found is None:
        return 0.0
    number, unit = (found[1][:-1], found[1][-1]) if found[1][-1] in _SCALE else (found[1], "")
    return float(number.replace(",", "")) * _SCALE.get(unit, 1)


def matched(screen: Screen) -> tuple[int, int] | None:
    """(rows that the filter lets through, rows in all), from the filter's line."""
    found = _MATCHED.search(screen[-2])
    return None if found is None else (_whole(found[1]), _whole(found[2]))


def sort_seconds(screen: OnScreen, presses: int) -> list[float]:
    """Press sort keys of workers in turn; the seconds until each stood sorted anew."""
    return [screen.key_seconds(SORT_KEYS[n % len(SORT_KEYS)], sorted_anew) for n in range(presses)]


def percentile_95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _marks(screen: Screen) -> list[tuple[int, int, str]]:
    return [(y, mark.start(), mark[0]) for y, line in enumerate(screen) for mark in _MARKS.finditer(line)]


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
