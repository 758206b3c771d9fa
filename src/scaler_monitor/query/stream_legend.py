"""Which capabilities the task stream tells apart: the legend, and what each set of them is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.timeline import Timeline, capabilities_of

MAX_LEGEND = 50
"""Capabilities told apart in a stream; the rest share the last entry."""

KEPT_PLACES = 8
"""While no more capabilities are known, each keeps its place, and with it letter and colour."""

UNKNOWN_CAPABILITIES, NO_CAPABILITIES, MORE_CAPABILITIES = "(unknown)", "(none)", "(more)"


class StreamLegend(NamedTuple):
    """The legend of one figure."""

    capabilities: list[tuple[str, int]]  # and how many tasks needed each; 0 keeps its place only
    sets: list[list[int]]  # of those that are drawn: positions in `capabilities` of what each is made of
    set_places: dict[str | None, int]  # position in `sets` by the name of a set


def stream_legend(timeline: Timeline, start: float, end: float, bars: Iterable[Bar]) -> StreamLegend:
    """Return the legend of a window, of which `bars` are drawn."""
    drawn = {bar.capabilities: bar.tasks for bar in bars}
    counts = drawn | dict(timeline.legend(start, end))
    tasks = Counter[str]()
    for name, count in counts.items():
        for member in set_members(name):
            tasks[member] += count
    ordered = _ordered(timeline.capability_sets, tasks)
    entries = [(name, tasks[name]) for name in ordered[:MAX_LEGEND]]
    if len(ordered) > MAX_LEGEND:
        entries.append((MORE_CAPABILITIES, sum(tasks[name] for name in ordered[MAX_LEGEND:])))
    places = {name: min(at, MAX_LEGEND) for at, name in enumerate(ordered)}
    sets = [[places[member] for member in set_members(name)] for name in drawn]
    return StreamLegend(entries, sets, {name: at for at, name in enumerate(drawn)})


def set_members(name: str | None) -> tuple[str, ...]:
    """Return the titles of what a set is made of; None is the unknown one."""
    return (UNKNOWN_CAPABILITIES,) if name is None else capabilities_of(name) or (NO_CAPABILITIES,)


def _ordered(known_sets: Iterable[str], tasks: Counter[str]) -> list[str]:
    """Order by when each was seen first, or where they are many by how many tasks needed it."""
    known = dict.fromkeys([NO_CAPABILITIES])
    for name in known_sets:
        known |= dict.fromkeys(set_members(name))
        if len(known) > KEPT_PLACES:
            break
    known |= dict.fromkeys(sorted(tasks.keys() - known.keys() - {UNKNOWN_CAPABILITIES}))
    known |= dict.fromkeys(tasks.keys() & {UNKNOWN_CAPABILITIES})
    if len(known) <= KEPT_PLACES:
        return list(known)
    return sorted(tasks, key=lambda name: (-tasks[name], name))
