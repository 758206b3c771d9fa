"""Spans to bars: whole cells of a screen, truthful about how many tasks share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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


class Span(NamedTuple):
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
    state: str  # the worst of its tasks
    capabilities: str | None  # of the worst task, the latest of these
    function: str | None  # the most frequent
    task_id: bytes  # of the only or the latest task
    busy: float  # share of the cells' time that was worked, 0 to 1


def merge_to_bars(spans: Sequence[Span], start: float, end: float, cells: int) -> list[Bar]:
    """Return the bars of one lane, left to right, no two in one cell; every span is in at least one.

    A cell that two tasks only share at their border goes to the worse one, then to the one with more of
    it; each keeps a cell. Otherwise the tasks of a cell are merged, and neighbours that are merged with
    the same worst state and capabilities become one bar.
    """
    if cells < 1 or end <= start:
        return []
    width = (end - start) / cells
    touching: dict[int, list[int]] = {}
    for number, span in enumerate(spans):
        first, last = _cells_of(span, start, width, cells)
        for cell in range(first, last + 1):
            touching.setdefault(cell, []).append(number)
    owners: dict[int, tuple[int, ...]] = {}
    for cell in sorted(touching):
        owners[cell] = _owners(touching[cell], spans, start + cell * width, width)
    shown = {number for group in owners.values() for number in group}
    for cell, numbers in touching.items():
        if any(number not in shown for number in numbers):
            owners[cell] = tuple(numbers)
    return _join(owners, spans, start, width)


def _cells_of(span: Span, start: float, width: float, cells: int) -> tuple[int, int]:
    first = max(0, int((span.start - start) / width)) if span.start > start else 0
    last = min(cells - 1, int((span.end - start) / width))
    if last > first and span.end <= start + last * width:
        last -= 1
    return min(first, cells - 1), max(last, min(first, cells - 1))


def _share(span: Span, left: float, width: float) -> float:
    return max(0.0, min(span.end, left + width) - max(span.start, left)) / width


def _owners(numbers: list[int], spans: Sequence[Span], left: float, width: float) -> tuple[int, ...]:
    if len(numbers) != 2:
        return tuple(numbers)
    first, second = (spans[number] for number in numbers)
    if max(first.start, second.start) < min(first.end, second.end):
        return tuple(numbers)

    def claim(number: int) -> tuple[int, float]:
        return SEVERITY.get(spans[number].state, 0), _share(spans[number], left, width)

    return (max(numbers, key=claim),)


def _join(owners: dict[int, tuple[int, ...]], spans: Sequence[Span], start: float, width: float) -> list[Bar]:
    groups: list[tuple[int, int, set[int]]] = []
    for cell in sorted(owners):
        here = set(owners[cell])
        if groups and groups[-1][1] == cell - 1:
            first, _, before = groups[-1]
            merged = len(before) > 1 and len(here) > 1
            if before == here or (merged and _look(before, spans) == _look(here, spans)):
                groups[-1] = (first, cell, before | here)
                continue
        groups.append((cell, cell, here))
    bars = []
    for first, last, numbers in groups:
        left, long = start + first * width, (last - first + 1) * width
        state, capabilities = _look(numbers, spans)
        functions = Counter(spans[number].function for number in sorted(numbers))
        latest = max(numbers, key=lambda number: spans[number].end)
        busy = _worked([spans[number] for number in sorted(numbers)], left, left + long) / long
        bars.append(
            Bar(
                first,
                last,
                len(numbers),
                state,
                capabilities,
                functions.most_common(1)[0][0],
                spans[latest].task_id,
                min(1.0, busy),
            )
        )
    return bars


def _look(numbers: set[int], spans: Sequence[Span]) -> tuple[str, str | None]:
    worst = max((spans[number] for number in numbers), key=lambda s: (SEVERITY.get(s.state, 0), s.end))
    return worst.state, worst.capabilities


def _worked(spans: Sequence[Span], left: float, right: float) -> float:
    """Seconds of the window in which at least one of the spans, by start, was at work."""
    total, reached = 0.0, left
    for span in sorted(spans):
        begin, stop = max(span.start, reached), min(span.end, right)
        if stop > begin:
            total += stop - begin
            reached = stop
    return total
