"""Splitting of a ZMTP stream into frames and commands, for any chunk boundaries."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transport.chunking import in_chunks

from scaler_monitor.wire.frame_splitter import BrokenStream, ImpossibleLength
from scaler_monitor.wire.zmtp_frames import COMMAND, LONG, MAX_COMMAND_BYTES, MORE, ZmtpFrameSplitter

LIMIT = 300


def framed(flags: int, payload: bytes) -> bytes:
    if len(payload) < 256 and not flags & LONG:
        return bytes((flags, len(payload))) + payload
    return bytes((flags | LONG,)) + len(payload).to_bytes(8, "big") + payload


def cut(data: bytes, sizes: list[int]) -> tuple[ZmtpFrameSplitter, list[bytes]]:
    """Feed `data` in chunks of these sizes, repeated."""
    stream = ZmtpFrameSplitter(LIMIT)
    frames: list[bytes] = []
    for chunk in in_chunks(data, sizes):
        stream.feed(chunk, frames)
    return stream, frames


@given(
    st.lists(
        st.tuples(st.sampled_from([0, MORE, LONG, COMMAND]), st.binary(max_size=2 * LIMIT)), max_size=12
    ),
    st.lists(st.integers(1, 40), min_size=1),
)
def test_result_does_not_depend_on_chunking(said: list[tuple[int, bytes]], sizes: list[int]) -> None:
    stream, frames = cut(b"".join(framed(*each) for each in said), sizes)
    assert stream.message_bytes == sum(len(framed(*each)) for each in said if each[0] != COMMAND)
    messages = [payload for flags, payload in said if flags != COMMAND]
    assert frames == [payload for payload in messages if len(payload) <= LIMIT]
    assert stream.oversized == sum(len(payload) > LIMIT for payload in messages)
    assert stream.commands == [payload for flags, payload in said if flags == COMMAND]


@pytest.mark.parametrize(
    "said",
    [
        b"\x08\x00",
        framed(COMMAND | MORE, b"PING"),
        framed(COMMAND, bytes(MAX_COMMAND_BYTES + 1))[:9],
    ],
)
def test_invalid_flags_break_the_stream(said: bytes) -> None:
    stream = ZmtpFrameSplitter(LIMIT)
    frames: list[bytes] = []
    with pytest.raises(BrokenStream):
        stream.feed(framed(0, b"good") + said, frames)
    assert frames == [b"good"]


def test_command_bytes_are_not_counted_as_message_bytes() -> None:
    stream = ZmtpFrameSplitter(LIMIT)
    counted = []
    for each in framed(0, b"abc") + framed(COMMAND, b"PING") + framed(COMMAND | LONG, b"PING") + b"\x00":
        stream.feed(bytes((each,)), [])
        counted.append(stream.message_bytes)
    assert counted == [1, 2, 3, 4, 5] + [5] * (6 + 13 - len([5])) + [5, 6]


def test_an_impossible_length() -> None:
    with pytest.raises(ImpossibleLength):
        ZmtpFrameSplitter(LIMIT).feed(b"\x02" + (1 << 63).to_bytes(8, "big"), [])


def test_skipped_data_is_not_buffered() -> None:
    stream = ZmtpFrameSplitter(LIMIT)
    chunk = bytes(1 << 16)
    tracemalloc.start()
    stream.feed(b"\x02" + (1 << 30).to_bytes(8, "big"), [])
    for _ in range(1000):
        stream.feed(chunk, [])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    assert stream.oversized == 1
