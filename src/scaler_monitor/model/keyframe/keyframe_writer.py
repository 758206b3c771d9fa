"""Writes values, arrays and columns as the fields of a keyframe; each text is stored once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.event import Capability

Scalar = int | float | bool | str | None

TEXTS = "texts"
LISTS = "lists"
SIZES = ".sizes"
KNOWN = ".known"
COUNT = ".count"
"""Suffixes for the names of auxiliary fields of a column, and names of the common tables."""


class KeyframeWriter:
    """Collects the fields of a keyframe. Each name may be written once, else ValueError is raised."""

    def __init__(self) -> None:
        self._fields: dict[str, Scalar | bytes] = {}
        self._texts: dict[str, int] = {}
        self._lists: dict[tuple[Capability, ...], int] = {}

    def scalar(self, name: str, value: Scalar) -> None:
        """Write one value."""
        self._put(name, value)

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Write an array of numbers or booleans with its type."""
        little = values.dtype.newbyteorder("<")
        self._put(name, little.str.encode() + b" " + values.astype(little, copy=False).tobytes())

    def integers(self, name: str, values: Sequence[int | None]) -> None:
        """Write integers with the smallest type that fits."""
        self.array(name, _narrow(self._filled(name, values, 0)))

    def floats(self, name: str, values: Sequence[float | None]) -> None:
        """Write 64-bit floats; NaN becomes 0 and infinity the largest number."""
        self.array(name, np.nan_to_num(np.array(self._filled(name, values, 0.0), np.float64)))

    def flags(self, name: str, values: Sequence[bool]) -> None:
        """Write booleans, eight per byte."""
        self.array(name, np.packbits(np.array(values, bool)))

    def texts(self, name: str, values: Iterable[str | None]) -> None:
        """Write texts as numbers in a common table; 0 is None."""
        table = self._texts
        self.array(
            name, _narrow([0 if text is None else table.setdefault(text, len(table) + 1) for text in values])
        )

    def capabilities(self, name: str, values: Iterable[tuple[Capability, ...] | None]) -> None:
        """Write lists of capabilities as numbers in a common table; 0 is None."""
        table = self._lists
        self.array(
            name, _narrow([0 if made is None else table.setdefault(made, len(table) + 1) for made in values])
        )

    def blobs(self, name: str, values: Sequence[bytes]) -> None:
        """Write byte strings."""
        self._put(name, b"".join(values))
        self.integers(name + SIZES, [len(value) for value in values])

    def counts(self, name: str, counts: Mapping[str, int] | None) -> None:
        """Write integers by text, in order; or None."""
        self.scalar(name + COUNT, None if counts is None else len(counts))
        self.texts(name, counts or ())
        self.integers(name + SIZES, list((counts or {}).values()))

    def pack(self) -> bytes:
        """Return all fields as msgpack."""
        lists = list(self._lists)
        self.integers(LISTS + SIZES, [len(made) for made in lists])
        self.texts(LISTS, [each.name for each in chain.from_iterable(lists)])
        self.integers(LISTS + ".values", [each.value for each in chain.from_iterable(lists)])
        self.blobs(TEXTS, [text.encode("utf-8", "backslashreplace") for text in self._texts])
        packed: bytes = msgpack.packb(self._fields, use_bin_type=True)
        return packed

    def _put(self, name: str, value: Scalar | bytes) -> None:
        if name in self._fields:
            raise ValueError(f"{name} is written twice")
        self._fields[name] = value

    def _filled(self, name: str, values: Sequence[Any], missing: float) -> list[Any]:
        """Return the values with `missing` for None; write a column that tells which are known."""
        if not any(value is None for value in values):
            return list(values)
        self.flags(name + KNOWN, [value is not None for value in values])
        return [missing if value is None else value for value in values]


def _narrow(values: Sequence[int]) -> NDArray[np.integer[Any]]:
    if not values:
        return np.zeros(0, np.uint8)
    least, most = min(values), max(values)
    if least >= 0:
        return np.array(values, np.min_scalar_type(most))
    kinds: tuple[type[np.signedinteger[Any]], ...] = (np.int8, np.int16, np.int32, np.int64)
    fits = (kind for kind in kinds if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)
    return np.array(values, next(fits, np.int64))
