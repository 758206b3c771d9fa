"""Which of the objects that are kept to be used again nothing else holds: they can be let go for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import getrefcount
from typing import TypeVar

Key = TypeVar("Key")


def holders(kept: Mapping[Key, object]) -> Iterator[tuple[Key, int]]:
    """Yield each key and the number of references to its value, those of `kept` and of this loop included."""
    for key, value in kept.items():
        yield key, getrefcount(value)


def unused(kept: Mapping[Key, object], alone: int) -> list[Key]:
    """Return the keys of values that have no more than `alone` references, as `holders` counts them."""
    return [key for key, count in holders(kept) if count <= alone]
