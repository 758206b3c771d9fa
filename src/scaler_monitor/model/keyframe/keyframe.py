"""Serializes a state to a keyframe, small enough to be written often, and restores it.

A keyframe contains: figures and counters of the scheduler; workers and processors of the latest report with
peak memory, capabilities, managers, and the departed ones; clients; functions with duration histograms; the
history of memory and CPU; connection gaps; the biggest objects; all open and the newest ended tasks; the
newest log entries; the names of capability sets in order.

It does not contain:
- tasks that ended before the newest `NEWEST_ENDED`, unless they are among the `NEWEST_SEEN` or in a stored
  log entry. Such a task counts as a new one if it reappears, and a repeated end counts as another end;
- log entries before the newest `NEWEST_EVENTS`, which count as evicted;
- spans and slices of the timeline: after a restore the stream shows open tasks, but not the ended ones. So
  `spans_left_out` may differ if more workers had a task in half an hour than `Limits.timeline_workers`;
- values that are computed on demand once per report.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

import msgpack  # type: ignore[import-untyped]

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.events_part import read_events, write_events
from scaler_monitor.model.keyframe.fleet_part import (
    read_managers,
    read_workers,
    write_managers,
    write_workers,
)
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader
from scaler_monitor.model.keyframe.keyframe_writer import KeyframeWriter
from scaler_monitor.model.keyframe.objects_part import (
    read_objects,
    read_timeline,
    write_objects,
    write_timeline,
)
from scaler_monitor.model.keyframe.series_part import (
    read_gaps,
    read_history,
    read_messages,
    read_scheduler,
    write_gaps,
    write_history,
    write_messages,
    write_scheduler,
)
from scaler_monitor.model.keyframe.tasks_part import read_tasks, write_tasks
from scaler_monitor.model.keyframe.work_part import (
    read_clients,
    read_functions,
    write_clients,
    write_functions,
)
from scaler_monitor.model.limits import Limits

VERSION = 1
LARGEST = 64 << 20
"""Most bytes of an uncompressed keyframe; one of 100,000 workers with 200,000 processors needs a third."""

_HEAD = struct.Struct("<4sHII")
_MAGIC = b"SMKF"
_COMPRESSION = 1
"""zlib level: higher ones take much longer and save little."""


class Part(NamedTuple):
    """One part of a state: the functions that write it, and that restore it in an empty state."""

    name: str
    write: Callable[[KeyframeWriter, ClusterState], None]
    read: Callable[[KeyframeReader, ClusterState], None]


PARTS = (
    Part("scheduler", write_scheduler, read_scheduler),
    Part("messages", write_messages, read_messages),
    Part("workers", write_workers, read_workers),
    Part("managers", write_managers, read_managers),
    Part("clients", write_clients, read_clients),
    Part("functions", write_functions, read_functions),
    Part("objects", write_objects, read_objects),
    Part("events", write_events, read_events),
    Part("tasks", write_tasks, read_tasks),
    Part("timeline", write_timeline, read_timeline),
    Part("history", write_history, read_history),
    Part("gaps", write_gaps, read_gaps),
)
"""In the order of reading: tasks refer to functions and clients."""


def write_keyframe(state: ClusterState) -> bytes:
    """Return the keyframe of a state. For a snapshot this may run while the model is updated.

    Raises BadKeyframe if it exceeds `LARGEST`.
    """
    out = KeyframeWriter()
    out.scalar("started", state.started)
    out.scalar("now", state.now)
    out.scalar("applied", state.applied)
    for part in PARTS:
        part.write(out, state)
    packed = out.pack()
    if len(packed) > LARGEST:
        raise BadKeyframe(f"{len(packed)} bytes are too many")
    squeezed = zlib.compress(packed, _COMPRESSION)
    return _HEAD.pack(_MAGIC, VERSION, len(packed), zlib.crc32(squeezed)) + squeezed


def read_keyframe(data: bytes, limits: Limits | None = None) -> ClusterState:
    """Return the state of a keyframe, which a ClusterModel may modify; `limits` as for the original.

    Raises BadKeyframe if `data` was not made by `write_keyframe`, or is damaged, or exceeds the limits.
    """
    try:
        return _read(_unpacked(data), limits)
    except BadKeyframe:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, StopIteration) as error:
        raise BadKeyframe(f"{type(error).__name__}: {error}"[:200]) from error
    except (struct.error, zlib.error, msgpack.UnpackException, msgpack.OutOfData) as error:
        raise BadKeyframe(f"{type(error).__name__}: {error}"[:200]) from error


def _unpacked(data: bytes) -> bytes:
    magic, version, size, checksum = _HEAD.unpack_from(data)
    if magic != _MAGIC or version != VERSION:
        raise BadKeyframe(f"not a keyframe of version {VERSION}")
    if size > LARGEST:
        raise BadKeyframe(f"{size} bytes are too many")
    squeezed = data[_HEAD.size :]
    if zlib.crc32(squeezed) != checksum:
        raise BadKeyframe("damaged")
    packed = zlib.decompressobj().decompress(squeezed, size + 1)
    if len(packed) != size:
        raise BadKeyframe(f"expected {size} bytes")
    return packed


def _read(packed: bytes, limits: Limits | None) -> ClusterState:
    data = KeyframeReader(packed)
    state = ClusterState(data.number("started"), limits)
    state.now, state.applied = data.number("now"), data.integer("applied")
    for part in PARTS:
        part.read(data, state)
    return state
