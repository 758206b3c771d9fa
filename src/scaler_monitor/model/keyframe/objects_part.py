"""Keyframe part: objects, and the counters and capability sets of the timeline."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known
from scaler_monitor.model.keyframe.keyframe_writer import KeyframeWriter
from scaler_monitor.model.keyframe.record_columns import read_rows, write_rows
from scaler_monitor.model.objects import BigObject, Storage

_MOST_OBJECTS = 100_000


def write_objects(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the objects of the latest reports."""
    objects = state.objects
    out.scalar("objects.in_all", objects.count)
    out.scalar("objects.total", objects.total)
    out.scalar("objects.reported", objects.reported)
    write_rows(out, "storage", Storage, [] if objects.storage is None else [objects.storage])
    out.scalar("objects.listed", objects.biggest is not None)
    write_rows(out, "objects", BigObject, objects.biggest or ())


def read_objects(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the objects of the latest reports; raises BadKeyframe."""
    objects = state.objects
    objects.count = data.optional_integer("objects.in_all")
    objects.total = data.optional_integer("objects.total")
    objects.reported = data.optional_number("objects.reported")
    storage = read_rows(data, "storage", Storage, 1)
    objects.storage = storage[0] if storage else None
    biggest = tuple(read_rows(data, "objects", BigObject, _MOST_OBJECTS))
    objects.biggest = biggest if data.flag("objects.listed") else None


def write_timeline(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the counters, and the names of capability sets, whose order determines their colours."""
    timeline = state.timeline
    out.scalar("timeline.folded", timeline.folded)
    out.scalar("timeline.unplaced", timeline.unplaced)
    out.texts("timeline.sets", timeline.capability_sets)


def read_timeline(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the counters and capability sets; raises BadKeyframe."""
    timeline = state.timeline
    timeline.folded, timeline.unplaced = data.integer("timeline.folded"), data.integer("timeline.unplaced")
    names = known(data.texts("timeline.sets"))
    if len(names) > state.limits.timeline_names:
        raise BadKeyframe(f"{len(names)} sets of capabilities")
    for name in names:
        timeline._capabilities.number(name)
