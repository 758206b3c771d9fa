"""Keyframe part: the totals of the event log, and its newest entries."""

from __future__ import annotations

from itertools import islice
from typing import Any, get_args

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import LogEvent
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known
from scaler_monitor.model.keyframe.keyframe_writer import KeyframeWriter
from scaler_monitor.model.keyframe.record_columns import read_rows, write_rows

NEWEST_EVENTS = 200
"""Number of log entries in a keyframe."""

_KINDS: tuple[type[tuple[Any, ...]], ...] = get_args(LogEvent)


def write_events(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the newest entries, grouped by type."""
    events = state.events
    newest = list(islice(reversed(events.entries), NEWEST_EVENTS))[::-1]
    times = list(islice(reversed(events.times), NEWEST_EVENTS))[::-1]
    out.floats("events.times", times)
    out.integers("events.kinds", [_KINDS.index(type(event)) for event in newest])
    for kind in _KINDS:
        write_rows(out, f"events.{kind.__name__}", kind, [event for event in newest if type(event) is kind])
    out.scalar("events.total", events.total)
    out.scalar("events.left_out", events.left_out)


def read_events(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the newest entries; raises BadKeyframe."""
    events = state.events
    times, kinds = known(data.floats("events.times")), known(data.integers("events.kinds"))
    rows = [iter(read_rows(data, f"events.{kind.__name__}", kind, NEWEST_EVENTS)) for kind in _KINDS]
    total = data.integer("events.total")
    if not len(times) == len(kinds) <= min(NEWEST_EVENTS, total):
        raise BadKeyframe("events do not add up")
    for time, kind in zip(times, kinds, strict=True):
        events.write(next(rows[kind]), time)
    events.total = total
    events.left_out = data.integer("events.left_out")
    for block in events._memory_blocks:
        block.up_to += total - len(times)
