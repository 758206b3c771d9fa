"""Keyframe part: workers and processors of the latest report, managers, and the departed ones."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_reader import MOST_ENTRIES, KeyframeReader, known, ragged
from scaler_monitor.model.keyframe.keyframe_writer import COUNT, KeyframeWriter
from scaler_monitor.model.keyframe.record_columns import read_rows, write_rows
from scaler_monitor.model.managers import DepartedManager, Manager
from scaler_monitor.model.missing_values import UNKNOWN
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.wire.event import ProcessorColumns, WorkerColumns

_MOST_MANAGERS = 100_000
_ABSENT = ".absent"


def write_workers(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the workers of the latest report, their capabilities, and the departed ones."""
    workers = state.workers
    out.scalar("workers" + COUNT, None if workers.columns is None else len(workers))
    if workers.columns is not None:
        _write_columns(out, "workers", workers.columns)
        _write_columns(out, "processors", workers.columns.processors)
        out.array("processors.peak", workers.processor_peak_rss)
    out.texts("managed.manager", workers._managers)
    out.integers("managed.sizes", [len(names) for names in workers._managers.values()])
    out.texts("managed.worker", chain.from_iterable(workers._managers.values()))
    out.texts("able.worker", workers.capabilities)
    out.capabilities("able", workers.capabilities.values())
    write_rows(out, "departed", DepartedWorker, list(workers.departed.values()))
    out.texts("leaving.worker", workers.leaving)
    out.floats("leaving", list(workers.leaving.values()))
    announced = sorted(workers.announced)
    out.texts("announced.worker", [name for name, _ in announced])
    out.flags("announced", [connected for _, connected in announced])


def read_workers(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the workers; raises BadKeyframe."""
    workers = state.workers
    count = data.optional_integer("workers" + COUNT)
    managers = known(data.texts("managed.manager"))
    managed = ragged(known(data.texts("managed.worker")), data.array("managed.sizes", "u", len(managers)))
    if count is not None:
        columns = _read_columns(data, count)
        workers.restore(columns, dict(zip(managers, map(tuple, managed), strict=True)))
        peaks = data.array("processors.peak", "u", len(columns.processors.pid))
        workers.processor_peak_rss = peaks.astype(np.uint64)
    able = known(data.texts("able.worker"))
    for name, capabilities in zip(able, data.capabilities("able", len(able)), strict=True):
        if capabilities is None:
            raise BadKeyframe("a worker without capabilities")
        workers.capabilities.remember(name, capabilities)
    for row in read_rows(data, "departed", DepartedWorker, state.limits.departed):
        workers.departed[row.worker] = row
    leaving = known(data.texts("leaving.worker"))
    workers.leaving = dict(zip(leaving, known(data.floats("leaving", len(leaving))), strict=True))
    announced = known(data.texts("announced.worker"))
    workers.announced = set(zip(announced, data.flags("announced", len(announced)), strict=True))


def _write_columns(out: KeyframeWriter, prefix: str, columns: WorkerColumns | ProcessorColumns) -> None:
    for field in fields(columns):
        name, values = f"{prefix}.{field.name}", getattr(columns, field.name)
        if values is None:
            out.scalar(name + _ABSENT, None)
        elif isinstance(values, np.ndarray):
            out.array(name, values)
        elif str(field.type).startswith("tuple[str"):
            out.texts(name, values)
        elif field.name != "processors":
            out.blobs(name, values)


def _read_columns(data: KeyframeReader, count: int) -> WorkerColumns:
    first = data.array("workers.first_processor", "i", count + 1).astype(np.int64)
    if first[0] or bool((np.diff(first) < 0).any()) or first[-1] > MOST_ENTRIES:
        raise BadKeyframe("processors without a worker")
    processors = ProcessorColumns(**_read_table(data, "processors", ProcessorColumns, int(first[-1])))
    rest: dict[str, Any] = {"first_processor": first, "processors": processors}
    return WorkerColumns(**_read_table(data, "workers", WorkerColumns, count), **rest)


def _read_table(data: KeyframeReader, prefix: str, kind: type, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(kind):
        name, hint = f"{prefix}.{field.name}", str(field.type)
        if hint.endswith("| None") and data.has(name + _ABSENT):
            found[field.name] = None
        elif hint.startswith("tuple[bytes"):
            found[field.name] = tuple(data.blobs(name, count))
        elif hint.startswith("tuple[str"):
            found[field.name] = tuple(known(data.texts(name, count)))
        elif field.name not in ("first_processor", "processors"):
            found[field.name] = _figures(data, name, hint, count)
    return found


def _figures(data: KeyframeReader, name: str, hint: str, count: int) -> NDArray[Any]:
    """Return a column in its original type, which is signed if some figures are unknown."""
    values = data.array(name, "b" if "bool" in hint else "ui" if "Figures" in hint else "u", count)
    if values.dtype.kind == "i" and len(values) and int(values.min()) < UNKNOWN:
        raise BadKeyframe(f"{name} has a number below {UNKNOWN}")
    return values


def write_managers(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the managers."""
    managers = state.managers
    out.scalar("managers.reported", managers.reported)
    write_rows(out, "managers", Manager, list(managers.rows.values()))
    out.floats("managers.left", [row.left for row in managers.departed.values()])
    write_rows(out, "managers.departed", Manager, [row.last for row in managers.departed.values()])


def read_managers(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the managers; raises BadKeyframe."""
    managers = state.managers
    managers.reported = data.flag("managers.reported")
    managers.rows = {row.manager: row for row in read_rows(data, "managers", Manager, _MOST_MANAGERS)}
    rows = read_rows(data, "managers.departed", Manager, state.limits.departed)
    left = known(data.floats("managers.left", len(rows)))
    managers.departed = {row.manager: DepartedManager(at, row) for at, row in zip(left, rows, strict=True)}
