"""Encodes messages as msgpack: a named tuple is an array in the order of its fields."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgpack  # type: ignore[import-untyped]

T = TypeVar("T")

_Build = Callable[[Any], Any]
_LARGEST = 2**64 - 1
_SMALLEST = -(2**63)


class InvalidMessage(Exception):
    """A message does not match its type."""


def pack(value: object) -> bytes:
    """Return the encoded value; integers are clamped to 64 bits. Raises TypeError for other types."""
    try:
        return _packed(value)
    except OverflowError:
        return _packed(_within_64_bits(value))


def unpack(data: bytes, kind: type[T]) -> T:
    """Return the decoded value of type `kind`; named tuples are built from its annotations.

    Missing fields at the end get their defaults, and additional ones are ignored, so that a newer peer may
    add fields. Raises InvalidMessage for anything else.
    """
    try:
        plain = msgpack.unpackb(data, raw=False, strict_map_key=False, unicode_errors="surrogatepass")
        build = _builder(cast("Hashable", kind))
        return plain if build is None else build(plain)  # type: ignore[no-any-return]
    except (ValueError, TypeError, LookupError, msgpack.exceptions.UnpackException) as refused:
        raise InvalidMessage(f"not a {kind.__name__}: {refused}") from refused


def _packed(value: object) -> bytes:
    return msgpack.packb(value, use_bin_type=True, unicode_errors="surrogatepass", default=_plain)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """Return a numpy scalar as a Python number; raises OverflowError for a large int, else TypeError."""
    if isinstance(value, int):
        raise OverflowError(value)
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"{type(value).__name__} does not travel over the link")
    return item()


def _within_64_bits(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str | bytes | float):
        return value
    if isinstance(value, int):
        return min(max(value, _SMALLEST), _LARGEST)
    if isinstance(value, dict):
        return {key: _within_64_bits(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_within_64_bits(entry) for entry in value]
    return _within_64_bits(_plain(value))


@cache
def _builder(kind: Hashable) -> _Build | None:
    """Return a function that converts a plain value to `kind`; None if no conversion is necessary."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (wanted,) = {_builder(argument) for argument in arguments if argument is not type(None)}
        return None if wanted is None else (lambda value: None if value is None else wanted(value))
    if origin is list:
        entry = _builder(arguments[0])
        return None if entry is None else (lambda value: [entry(one) for one in value])
    if origin is tuple:
        return _tuple_builder(arguments)
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _record_builder(kind)
    return None


def _tuple_builder(arguments: tuple[Any, ...]) -> _Build:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        entry = _builder(arguments[0])
        return tuple if entry is None else (lambda value: tuple(entry(one) for one in value))
    return tuple


def _record_builder(kind: Any) -> _Build:
    fields: tuple[str, ...] = kind._fields
    hints = get_type_hints(kind)
    builders = [(place, part) for place, name in enumerate(fields) if (part := _builder(hints[name]))]

    def build(value: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(f"{kind.__name__} is an array, not {type(value).__name__}")
        parts = value[: len(fields)]
        for place, build_part in builders:
            if place < len(parts):
                parts[place] = build_part(parts[place])
        return kind(*parts)

    return build
