"""Keyframe part: clients and functions, with their task counts and statistics."""

from __future__ import annotations

from collections import deque
from itertools import chain

import numpy as np

from scaler_monitor.model.clients import OTHER as OTHER_CLIENTS
from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.duration_histogram import BUCKETS
from scaler_monitor.model.function_names import UNNAMED
from scaler_monitor.model.functions import OTHER, RATE_TICKS, Function
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known, ragged
from scaler_monitor.model.keyframe.keyframe_writer import SIZES, KeyframeWriter
from scaler_monitor.model.keyframe.record_columns import read_rows, write_rows
from scaler_monitor.wire.event import ClientStatus

_MOST_CLIENTS = 100_000
_COUNTED = ("submitted", "success", "failed", "canceled", "missed", "number")
_FUNCTION_INTEGERS = ("number", "waiting", "running", "success", "failed", "canceled", "missed")
_FUNCTION_FLOATS = ("first_seen", "last_seen", "cpu_seconds")
_NAME_SETS = ("workers", "clients", "names")


def write_clients(out: KeyframeWriter, state: ClusterState) -> None:
    """Write rows and tallies of the clients."""
    clients = state.clients
    out.scalar("clients.reported", clients.rows is not None)
    write_rows(out, "clients", ClientStatus, list((clients.rows or {}).values()))
    tallies = [*clients.tallies.values(), clients.other]
    out.texts("tallies", [tally.client for tally in tallies])
    for name in _COUNTED:
        out.integers(f"tallies.{name}", [getattr(tally, name) for tally in tallies])
    out.scalar("tallies.folded", clients.folded)
    out.scalar("tallies.made", clients.made)


def read_clients(data: KeyframeReader, state: ClusterState) -> None:
    """Restore rows and tallies of the clients; raises BadKeyframe."""
    clients = state.clients
    rows = read_rows(data, "clients", ClientStatus, _MOST_CLIENTS)
    clients.rows = {row.client: row for row in rows} if data.flag("clients.reported") else None
    names = known(data.texts("tallies"))
    if not 1 <= len(names) <= state.limits.clients + 1 or names[-1] != OTHER_CLIENTS:
        raise BadKeyframe(f"{len(names)} clients")
    tallies = [ClientTally(name) for name in names]
    for name in _COUNTED:
        for tally, count in zip(tallies, known(data.integers(f"tallies.{name}", len(names))), strict=True):
            setattr(tally, name, count)
    clients.other = tallies.pop()
    clients.tallies = {tally.client: tally for tally in tallies}
    clients.folded, clients.made = data.integer("tallies.folded"), data.integer("tallies.made")


def write_functions(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the functions."""
    functions = state.functions
    rows = [*functions.entries.values(), *([] if functions.other is None else [functions.other])]
    out.texts("functions", [row.name for row in rows])
    out.scalar("functions.other", functions.other is not None)
    for name in _FUNCTION_INTEGERS:
        out.integers(f"functions.{name}", [getattr(row, name) for row in rows])
    for name in _FUNCTION_FLOATS:
        out.floats(f"functions.{name}", [getattr(row, name) for row in rows])
    out.integers("functions.memory_peak_bytes", [row.memory_peak_bytes for row in rows])
    out.flags("functions.active", [row in functions._active for row in rows])
    out.scalar("functions.folded", functions.folded)
    out.scalar("functions.made", functions.made)
    for name in _NAME_SETS:
        name_sets = [getattr(row, name) for row in rows]
        stored = [() if one is None else tuple(one) for one in name_sets]
        out.integers(f"functions.{name}{SIZES}", list(map(len, stored)))
        out.texts(f"functions.{name}", chain.from_iterable(stored))
        out.integers(f"functions.{name}.others", [0 if one is None else one.others for one in name_sets])
    _write_durations(out, rows)
    _write_samples(out, rows)


def _write_durations(out: KeyframeWriter, rows: list[Function]) -> None:
    filled = [np.flatnonzero(row.durations._counts) for row in rows]
    out.integers("durations" + SIZES, list(map(len, filled)))
    none = np.zeros(0, np.int64)
    counts = (row.durations._counts[at] for row, at in zip(rows, filled, strict=True))
    out.array("durations.bucket", np.concatenate([none, *filled]).astype(np.uint16))
    out.array("durations.tasks", np.concatenate([none, *counts]).astype(np.uint32))
    out.integers("durations.count", [row.durations.count for row in rows])
    out.floats("durations.total", [row.durations.total for row in rows])
    out.floats("durations.longest", [row.durations.longest for row in rows])


def _write_samples(out: KeyframeWriter, rows: list[Function]) -> None:
    for at, name in enumerate(("ended", "success", "failed")):
        out.integers(f"sampled.{name}", [row._sampled[at] for row in rows])
    samples = list(chain.from_iterable(row._samples for row in rows))
    out.integers("samples" + SIZES, [len(row._samples) for row in rows])
    out.floats("samples.time", [sample[0] for sample in samples])
    for at, name in enumerate(("ended", "success", "failed"), 1):
        out.integers(f"samples.{name}", [int(sample[at]) for sample in samples])


def read_functions(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the functions; raises BadKeyframe."""
    functions, limits = state.functions, state.limits
    names = known(data.texts("functions"))
    has_other = data.flag("functions.other")
    if len(names) - has_other > limits.functions or (has_other and (not names or names[-1] != OTHER)):
        raise BadKeyframe(f"{len(names)} functions")
    rows = [Function(name, 0.0, limits.names_per_function, functions._budget) for name in names]
    for name in _FUNCTION_INTEGERS:
        for row, count in zip(rows, known(data.integers(f"functions.{name}", len(rows))), strict=True):
            setattr(row, name, count)
    for name in _FUNCTION_FLOATS:
        for row, number in zip(rows, known(data.floats(f"functions.{name}", len(rows))), strict=True):
            setattr(row, name, number)
    for row, peak in zip(rows, data.integers("functions.memory_peak_bytes", len(rows)), strict=True):
        row.memory_peak_bytes = peak
    _read_name_sets(data, rows)
    _read_durations(data, rows)
    _read_samples(data, rows)
    active = data.flags("functions.active", len(rows))
    functions._active = {row for row, is_active in zip(rows, active, strict=True) if is_active}
    functions.folded, functions.made = data.integer("functions.folded"), data.integer("functions.made")
    functions.other = rows.pop() if has_other else None
    functions.entries = {row.name: row for row in rows}


def _read_name_sets(data: KeyframeReader, rows: list[Function]) -> None:
    for name in _NAME_SETS:
        sizes = data.array(f"functions.{name}{SIZES}", "u", len(rows))
        stored = ragged(known(data.texts(f"functions.{name}")), sizes)
        others = known(data.integers(f"functions.{name}.others", len(rows)))
        for row, names, more in zip(rows, stored, others, strict=True):
            name_set = getattr(row, name)
            if name_set is None and (names or more):
                raise BadKeyframe(f"{row.name} is not {UNNAMED}")
            if name_set is not None and not name_set.restore(names, more):
                raise BadKeyframe("more workers and clients of functions than there is room for")


def _read_durations(data: KeyframeReader, rows: list[Function]) -> None:
    sizes = data.array("durations" + SIZES, "u", len(rows))
    buckets = ragged(data.array("durations.bucket", "u").tolist(), sizes)
    tasks = ragged(data.array("durations.tasks", "u").tolist(), sizes)
    counts = known(data.integers("durations.count", len(rows)))
    totals, longest = (known(data.floats(f"durations.{name}", len(rows))) for name in ("total", "longest"))
    for row, at, some, count, total, most in zip(rows, buckets, tasks, counts, totals, longest, strict=True):
        durations = row.durations
        if at and max(at) >= BUCKETS:
            raise BadKeyframe("a duration beyond all buckets")
        durations._counts[at] = some
        durations.count, durations.total, durations.longest = count, total, most


def _read_samples(data: KeyframeReader, rows: list[Function]) -> None:
    names = ("ended", "success", "failed")
    sampled = zip(*(known(data.integers(f"sampled.{name}", len(rows))) for name in names), strict=True)
    times = known(data.floats("samples.time"))
    columns = (known(data.integers(f"samples.{name}", len(times))) for name in names)
    samples = ragged(list(zip(times, *columns, strict=True)), data.array("samples" + SIZES, "u", len(rows)))
    for row, last, some in zip(rows, sampled, samples, strict=True):
        row._sampled = last
        row._samples = deque(some, maxlen=RATE_TICKS + 1)
