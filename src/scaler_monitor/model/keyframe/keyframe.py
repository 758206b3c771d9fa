"""A state as bytes, small enough to be written often, and a state made of them that answers like it.

A keyframe has: the scheduler's figures and counters; the latest report's workers and processors with the most
memory seen of each, capabilities, managers, and those that have left; clients; functions with their sketches
of durations; the history of memory and cpu; gaps; the biggest objects; all open tasks, and the newest that
have ended; the newest events; the names of capability sets in their order.

It has not:
- tasks that ended before the newest `NEWEST_ENDED`, unless they are among the newest seen or an event kept
  names them. One that comes back is counted as a new one, and an end that is told again as another one;
- events before the newest `NEWEST_EVENTS`, which count as fallen out of the log;
- the timeline's spans and slices: what tasks did that had ended is not in the stream, what is open is. So
  `spans_left_out` may differ where more workers had a task in half an hour than have a lane
  (`Limits.timeline_workers`);
- what is worked out for each report when first asked, and is worked out again.
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
"""Bytes of a keyframe once it is unpacked; of 100,000 workers with 200,000 processors it has a third."""

_HEAD = struct.Struct("<4sHII")
_MAGIC = b"SMKF"
_PACKING = 1
"""Level of zlib: more takes far longer than it saves."""


class Part(NamedTuple):
    """One part of a state: what writes it, and what reads it into a state of which it is not known yet."""

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
"""In the order in which they are read: tasks name functions and clients."""


def write_keyframe(state: ClusterState) -> bytes:
    """Return a state as bytes; a snapshot's may be written while the model goes on.

    Raises BadKeyframe where it takes more than `LARGEST`.
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
    squeezed = zlib.compress(packed, _PACKING)
    return _HEAD.pack(_MAGIC, VERSION, len(packed), zlib.crc32(squeezed)) + squeezed


def read_keyframe(data: bytes, limits: Limits | None = None) -> ClusterState:
    """Return the state that was written, to be changed by a model of its own, with the limits it had.

    Raises BadKeyframe for what `write_keyframe` did not write, or did for other limits, whatever is wrong.
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
        raise BadKeyframe(f"not of the {size} bytes that it tells")
    return packed


def _read(packed: bytes, limits: Limits | None) -> ClusterState:
    data = KeyframeReader(packed)
    state = ClusterState(data.number("started"), limits)
    state.now, state.applied = data.number("now"), data.integer("applied")
    for part in PARTS:
        part.read(data, state)
    return state
