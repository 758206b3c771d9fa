"""Splitting of a YMQ stream into frames, for any chunk boundaries."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transport.chunking import in_chunks

from scaler_monitor.wire.frame_splitter import IMPOSSIBLE_LENGTH, ImpossibleLength
from scaler_monitor.wire.ymq_frames import YmqFrameSplitter

LIMIT = 64


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(8, "little") + payload


@given(st.lists(st.binary(max_size=2 * LIMIT), max_size=12), st.lists(st.integers(1, 40), min_size=1))
def test_frames_do_not_depend_on_chunking(payloads: list[bytes], sizes: list[int]) -> None:
    data = b"".join(map(framed, payloads))
    stream = YmqFrameSplitter(LIMIT)
    frames: list[bytes] = []
    for chunk in in_chunks(data, sizes):
        stream.feed(chunk, frames)
    assert frames == [payload for payload in payloads if len(payload) <= LIMIT]
    assert stream.oversized == sum(len(payload) > LIMIT for payload in payloads)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=30))
def test_random_bytes_raise_or_give_frames_within_the_limit(chunks: list[bytes]) -> None:
    stream = YmqFrameSplitter(LIMIT)
    frames: list[bytes] = []
    try:
        for chunk in chunks:
            stream.feed(chunk, frames)
    except ImpossibleLength:
        pass
    assert all(len(frame) <= LIMIT for frame in frames)


def test_frames_before_an_impossible_length_are_returned() -> None:
    frames: list[bytes] = []
    with pytest.raises(ImpossibleLength):
        YmqFrameSplitter(LIMIT).feed(framed(b"good") + (1 << 63).to_bytes(8, "little"), frames)
    assert frames == [b"good"]


def test_an_incomplete_frame_is_not_returned() -> None:
    frames: list[bytes] = []
    YmqFrameSplitter(LIMIT).feed(framed(b"cut")[:-1], frames)
    assert frames == []


def test_a_length_prefix_allocates_nothing() -> None:
    tracemalloc.start()
    stream = YmqFrameSplitter(IMPOSSIBLE_LENGTH)
    stream.feed((1 << 38).to_bytes(8, "little") + b"few", [])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_skipped_data_is_not_buffered() -> None:
    stream = YmqFrameSplitter(LIMIT)
    chunk = bytes(1 << 16)
    tracemalloc.start()
    stream.feed((1 << 30).to_bytes(8, "little"), [])
    for _ in range(1000):
        stream.feed(chunk, [])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    assert stream.oversized == 1


@pytest.mark.parametrize("size", [1, 2])
def test_memory_does_not_depend_on_chunk_size(size: int) -> None:
    length = 30_000
    stream = YmqFrameSplitter(length)
    frames: list[bytes] = []
    stream.feed(length.to_bytes(8, "little"), frames)
    tracemalloc.start()
    for _ in range(length // size):
        stream.feed(bytes(bytearray(size)), frames)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frames == [bytes(length)]
    assert peak < 3 * length
