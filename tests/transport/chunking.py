"""Streams in chunks of any size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle


def in_chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Yield `data` in chunks of these sizes, repeated."""
    position = 0
    for size in cycle(sizes):
        if position >= len(data):
            return
        yield data[position : position + size]
        position += size
