"""Reads the fields of a keyframe; each value is checked, and invalid ones raise BadKeyframe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe_writer import COUNT, KNOWN, LISTS, SIZES, TEXTS
from scaler_monitor.wire.event import Capability
from scaler_monitor.wire.text import is_clean

MOST_FIELDS = 1_000
"""Limit on the fields of a keyframe."""
MOST_ENTRIES = 1_000_000
"""Limit on the entries of any column: more than the processors of a report."""

_DTYPES = frozenset({"|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f8"})


class KeyframeReader:
    """The fields of a keyframe, by name. An invalid one raises BadKeyframe, a missing one KeyError."""

    def __init__(self, packed: bytes) -> None:
        unpacker = msgpack.Unpacker(
            max_array_len=0, max_map_len=0, max_ext_len=0, max_buffer_size=max(len(packed), 1)
        )
        unpacker.feed(packed)
        count = unpacker.read_map_header()
        if count > MOST_FIELDS:
            raise BadKeyframe(f"{count} fields")
        self._fields: dict[str, Any] = {}
        for _ in range(count):
            name = unpacker.unpack()
            if not isinstance(name, str):
                raise BadKeyframe("a field without a name")
            self._fields[name] = unpacker.unpack()
        self._texts: list[str | None] = [None, *map(_clean_text, self.blobs(TEXTS))]
        self._lists = self._read_lists()

    def has(self, name: str) -> bool:
        """Return whether the field exists."""
        return name in self._fields

    def integer(self, name: str, least: int = 0) -> int:
        """Return an integer, at least `least`."""
        value = self._fields[name]
        if type(value) is not int or value < least:
            raise BadKeyframe(f"{name} is no such number")
        return value

    def optional_integer(self, name: str) -> int | None:
        """Return an integer or None."""
        return None if self._fields[name] is None else self.integer(name)

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._fields[name]
        if type(value) not in (int, float) or not math.isfinite(value):
            raise BadKeyframe(f"{name} is no such number")
        return float(value)

    def optional_number(self, name: str) -> float | None:
        """Return a finite number or None."""
        return None if self._fields[name] is None else self.number(name)

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self._fields[name]
        if type(value) is not bool:
            raise BadKeyframe(f"{name} is neither true nor false")
        return value

    def optional_flag(self, name: str) -> bool | None:
        """Return a boolean or None."""
        return None if self._fields[name] is None else self.flag(name)

    def array(self, name: str, kinds: str, length: int | None = None) -> NDArray[Any]:
        """Return an array whose dtype kind is one of `kinds` (b, u, i, f), with `length` entries if given."""
        raw = self._fields[name]
        if type(raw) is not bytes:
            raise BadKeyframe(f"{name} is no array")
        kind = raw[:3].decode("ascii", "replace")
        if kind not in _DTYPES or np.dtype(kind).kind not in kinds:
            raise BadKeyframe(f"{name} is an array of {kind!r}")
        values: NDArray[Any] = np.frombuffer(raw[4:], "u1" if kind == "|b1" else kind)
        if len(values) > MOST_ENTRIES or length not in (None, len(values)):
            raise BadKeyframe(f"{name} has {len(values)} entries")
        return values != 0 if kind == "|b1" else values.astype(values.dtype.newbyteorder("="))

    def integers(self, name: str, length: int | None = None, least: int = 0) -> list[Any]:
        """Return integers of at least `least`, or None for unknown ones."""
        values = self.array(name, "ui", length)
        if len(values) and int(values.min()) < least:
            raise BadKeyframe(f"{name} has a number below {least}")
        return self._with_unknown(name, values.tolist())

    def floats(self, name: str, length: int | None = None, *, finite: bool = True) -> list[Any]:
        """Return numbers, or None for unknown ones."""
        values = self.array(name, "f", length)
        if finite and not np.isfinite(values).all():
            raise BadKeyframe(f"{name} has a number that is none")
        return self._with_unknown(name, values.tolist())

    def flags(self, name: str, length: int) -> list[bool]:
        """Return `length` booleans."""
        packed = self.array(name, "u", (length + 7) // 8)
        found: list[bool] = np.unpackbits(packed.astype(np.uint8), count=length).astype(bool).tolist()
        return found

    def texts(self, name: str, length: int | None = None) -> list[Any]:
        """Return texts, or None for unknown ones."""
        return [self._texts[number] for number in self.array(name, "u", length).tolist()]

    def capabilities(self, name: str, length: int) -> list[tuple[Capability, ...] | None]:
        """Return lists of capabilities, or None for unknown ones."""
        return [self._lists[number] for number in self.array(name, "u", length).tolist()]

    def blobs(self, name: str, length: int | None = None) -> list[bytes]:
        """Return byte strings."""
        raw, sizes = self._fields[name], self.array(name + SIZES, "u", length)
        ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).tolist()
        if type(raw) is not bytes or ends[-1] != len(raw) or min(ends) < 0:
            raise BadKeyframe(f"{name} has other sizes")
        return [raw[start:end] for start, end in pairwise(ends)]

    def counts(self, name: str, most: int) -> dict[str, int] | None:
        """Return integers by text, at most `most`; or None."""
        count = self.optional_integer(name + COUNT)
        names, values = known(self.texts(name, count or 0)), self.integers(name + SIZES, count or 0)
        if len(names) > most:
            raise BadKeyframe(f"{name} has {len(names)} entries")
        return None if count is None else dict(zip(names, known(values), strict=True))

    def _with_unknown(self, name: str, values: list[Any]) -> list[Any]:
        if name + KNOWN not in self._fields:
            return values
        flags = self.flags(name + KNOWN, len(values))
        return [value if is_known else None for value, is_known in zip(values, flags, strict=True)]

    def _read_lists(self) -> list[tuple[Capability, ...] | None]:
        names, values = known(self.texts(LISTS)), known(self.integers(LISTS + ".values", least=-(2**63)))
        pairs = [Capability(name, value) for name, value in zip(names, values, strict=True)]
        return [None, *map(tuple, ragged(pairs, self.array(LISTS + SIZES, "u")))]


def known(values: Sequence[Any]) -> Sequence[Any]:
    """Return `values`; raises BadKeyframe if one is None."""
    if any(value is None for value in values):
        raise BadKeyframe("something is missing")
    return values


def ragged(values: Sequence[Any], sizes: NDArray[Any]) -> list[list[Any]]:
    """Split values into lists of these sizes; raises BadKeyframe if the sizes do not match."""
    ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).tolist()
    if ends[-1] != len(values) or min(ends) < 0:
        raise BadKeyframe("lists have other sizes")
    return [list(values[start:end]) for start, end in pairwise(ends)]


def _clean_text(raw: bytes) -> str:
    text = raw.decode()
    if not is_clean(text):
        raise BadKeyframe("a text that is not safe to print")
    return text
