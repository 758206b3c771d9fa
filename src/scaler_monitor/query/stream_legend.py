"""The legend of the task stream: its capabilities, and the members of each capability set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.timeline import Timeline, capabilities_of

MAX_LEGEND = 50
"""Maximum number of capabilities with an own entry; the others share the last entry."""

KEPT_PLACES = 8
"""Up to this number of capabilities, each keeps its position, letter and colour."""

UNKNOWN_CAPABILITIES, NO_CAPABILITIES, MORE_CAPABILITIES = "(unknown)", "(none)", "(more)"


class StreamLegend(NamedTuple):
    """The legend of one figure."""

    capabilities: list[tuple[str, int]]  # (name, tasks that need it); 0 only keeps the position
    sets: list[list[int]]  # per drawn set: positions of its members in `capabilities`
    set_positions: dict[str | None, int]  # position in `sets`, by name of the set


def stream_legend(timeline: Timeline, start: float, end: float, bars: Iterable[Bar]) -> StreamLegend:
    """Return the legend of a time window (unix seconds) in which `bars` are drawn."""
    drawn = {bar.capabilities: bar.tasks for bar in bars}
    counts = drawn | dict(timeline.legend(start, end))
    tasks = Counter[str]()
    for name, count in counts.items():
        for member in capability_names(name):
            tasks[member] += count
    ordered = _ordered(timeline.capability_sets, tasks)
    entries = [(name, tasks[name]) for name in ordered[:MAX_LEGEND]]
    if len(ordered) > MAX_LEGEND:
        entries.append((MORE_CAPABILITIES, sum(tasks[name] for name in ordered[MAX_LEGEND:])))
    places = {name: min(at, MAX_LEGEND) for at, name in enumerate(ordered)}
    sets = [[places[member] for member in capability_names(name)] for name in drawn]
    return StreamLegend(entries, sets, {name: at for at, name in enumerate(drawn)})


def capability_names(name: str | None) -> tuple[str, ...]:
    """Return the names of the capabilities in a set; None is an unknown set."""
    return (UNKNOWN_CAPABILITIES,) if name is None else capabilities_of(name) or (NO_CAPABILITIES,)


def _ordered(known_sets: Iterable[str], tasks: Counter[str]) -> list[str]:
    """Return the names in the order of first seen, or by number of tasks if there are many."""
    known = dict.fromkeys([NO_CAPABILITIES])
    for name in known_sets:
        known |= dict.fromkeys(capability_names(name))
        if len(known) > KEPT_PLACES:
            break
    known |= dict.fromkeys(sorted(tasks.keys() - known.keys() - {UNKNOWN_CAPABILITIES}))
    known |= dict.fromkeys(tasks.keys() & {UNKNOWN_CAPABILITIES})
    if len(known) <= KEPT_PLACES:
        return list(known)
    return sorted(tasks, key=lambda name: (-tasks[name], name))
