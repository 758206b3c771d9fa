"""Writes rows of a named tuple as columns, one per field, by the type annotation of the field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar, get_type_hints

import numpy as np

from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known, ragged
from scaler_monitor.model.keyframe.keyframe_writer import COUNT, KeyframeWriter
from scaler_monitor.wire.event import Capability, Profile

Row = TypeVar("Row", bound=tuple[Any, ...])

_PROFILE = tuple(Profile._fields)


@cache
def _kinds(row: type) -> dict[str, object]:
    return get_type_hints(row)


def write_rows(out: KeyframeWriter, name: str, kind: type[Row], rows: Sequence[Row]) -> None:
    """Write rows of the named tuple `kind`."""
    out.scalar(name + COUNT, len(rows))
    columns = list(zip(*rows, strict=True)) or [()] * len(_kinds(kind))
    for (field, hint), values in zip(_kinds(kind).items(), columns, strict=True):
        write_column(out, f"{name}.{field}", hint, values)


def read_rows(data: KeyframeReader, name: str, kind: type[Row], most: int) -> list[Row]:
    """Return rows of the named tuple `kind`; raises BadKeyframe for more than `most`."""
    count = data.integer(name + COUNT)
    if count > most:
        raise BadKeyframe(f"{name} has {count} rows")
    columns = [read_column(data, f"{name}.{field}", hint, count) for field, hint in _kinds(kind).items()]
    make: Any = kind
    return [make(*values) for values in zip(*columns, strict=True)] if columns else [make()] * count


def write_column(out: KeyframeWriter, name: str, hint: object, values: Sequence[Any]) -> None:
    """Write values with the type `hint`; raises TypeError for an unsupported type."""
    if hint in (str, str | None):
        out.texts(name, values)
    elif hint in (int, int | None):
        out.integers(name, values)
    elif hint in (float, float | None):
        out.floats(name, values)
    elif hint is bool:
        out.flags(name, values)
    elif hint is bytes:
        out.blobs(name, values)
    elif hint == tuple[bytes, ...]:
        out.integers(name + ".each", [len(each) for each in values])
        out.blobs(name, list(chain.from_iterable(values)))
    elif hint == tuple[Capability, ...] | None:
        out.capabilities(name, values)
    elif hint == Profile | None:
        out.flags(name, [value is not None for value in values])
        profiles = [value for value in values if value is not None]
        for field in _PROFILE:
            numbers = [getattr(profile, field) for profile in profiles]
            if field == "memory_growth_bytes":
                out.integers(f"{name}.{field}", numbers)
            else:
                out.array(f"{name}.{field}", np.array(numbers, np.float64))
    else:
        raise TypeError(f"{name} is of {hint}, which no keyframe holds")


def read_column(data: KeyframeReader, name: str, hint: object, count: int) -> Sequence[Any]:
    """Return `count` values with the type `hint`; raises BadKeyframe."""
    if hint in (str, str | None):
        values: Sequence[Any] = data.texts(name, count)
    elif hint in (int, int | None):
        values = data.integers(name, count, least=-1)
    elif hint in (float, float | None):
        values = data.floats(name, count)
    elif hint is bool:
        values = data.flags(name, count)
    elif hint is bytes:
        values = data.blobs(name, count)
    elif hint == tuple[bytes, ...]:
        values = [tuple(each) for each in ragged(data.blobs(name), data.array(name + ".each", "u", count))]
    elif hint == tuple[Capability, ...] | None:
        return data.capabilities(name, count)
    else:
        return _read_profiles(data, name, count)
    return known(values) if hint in (str, int, float) else values


def _read_profiles(data: KeyframeReader, name: str, count: int) -> list[Profile | None]:
    flags = data.flags(name, count)
    columns = [
        data.integers(f"{name}.{field}", sum(flags))
        if field == "memory_growth_bytes"
        else data.floats(f"{name}.{field}", sum(flags), finite=False)
        for field in _PROFILE
    ]
    profiles = iter([Profile(*values) for values in zip(*map(known, columns), strict=True)])
    return [next(profiles) if flag else None for flag in flags]
