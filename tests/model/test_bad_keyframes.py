"""Damaged and malicious keyframes raise BadKeyframe and take bounded memory."""

from __future__ import annotations

import random
import tracemalloc
import zlib
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.test_keyframe import figures
from tests.scenario import build_cluster

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe import _HEAD, LARGEST, read_keyframe, write_keyframe
from scaler_monitor.model.limits import Limits

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def whole() -> bytes:
    return write_keyframe(build_cluster(40)[0])


def fields_of(data: bytes) -> dict[str, Any]:
    """Return the fields of a keyframe."""
    fields: dict[str, Any] = msgpack.unpackb(zlib.decompress(data[_HEAD.size :]))
    return fields


def made_of(packed: bytes, size: int | None = None) -> bytes:
    """Return a keyframe of these bytes with valid header and checksum."""
    magic = write_keyframe(ClusterState(0.0))[:6]
    squeezed = zlib.compress(packed, 1)
    head = _HEAD.pack(magic[:4], magic[4], len(packed) if size is None else size, zlib.crc32(squeezed))
    return head + squeezed


def test_truncated_and_modified_keyframes_are_rejected(whole: bytes) -> None:
    chance = random.Random(7)
    for _ in range(300):
        with pytest.raises(BadKeyframe):
            read_keyframe(whole[: chance.randrange(len(whole))])
        at = chance.randrange(len(whole))
        flipped = bytes([whole[at] ^ (1 << chance.randrange(8))])
        with pytest.raises(BadKeyframe):
            read_keyframe(whole[:at] + flipped + whole[at + 1 :])


def test_another_version_is_rejected(whole: bytes) -> None:
    with pytest.raises(BadKeyframe, match="version 1"):
        read_keyframe(whole[:4] + b"\x02" + whole[5:])
    with pytest.raises(BadKeyframe):
        read_keyframe(b"")


def test_each_field_is_required_or_checked(whole: bytes) -> None:
    fields, chance = fields_of(whole), random.Random(7)
    assert len(fields) > 200
    wrongs: tuple[Any, ...] = (None, -5, 1.5, "text", True, b"", b"<u8 1", b"<f8 \xff" * 2)
    for name in fields:
        without = {**fields}
        del without[name]
        for changed in (without, *({**fields, name: wrong} for wrong in chance.sample(wrongs, 2))):
            look(made_of(msgpack.packb(changed)))


def look(data: bytes) -> None:
    """Read a keyframe; if that succeeds, the state must answer all queries."""
    try:
        state = read_keyframe(data)
    except BadKeyframe:
        return
    figures(state, state.now)


@given(st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_any_number_in_any_column(chance: random.Random) -> None:
    fields = fields_of(write_keyframe(build_cluster(40)[0]))
    for name in chance.sample(sorted(fields), 3):
        value = fields[name]
        if isinstance(value, bytes) and len(value) > 4:
            rest = bytearray(value)
            for _ in range(chance.randrange(1, 9)):
                rest[chance.randrange(4, len(rest))] = chance.randrange(256)
            fields[name] = bytes(rest)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            fields[name] = chance.choice([0, 1, 2**32, 2**63, 2**64 - 1, -1, 1e308, float("nan")])
    look(made_of(msgpack.packb(fields)))


def test_smaller_limits_are_respected(whole: bytes) -> None:
    for limits in (Limits(tasks=10), Limits(functions=1), Limits(clients=1), Limits(message_names=1)):
        with pytest.raises(BadKeyframe):
            read_keyframe(whole, limits)


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b1m", "\u202egnp", "a\nb", "\x7f"])
def test_no_text_contains_control_characters(whole: bytes, text: str) -> None:
    fields = fields_of(whole)
    sizes = np.frombuffer(fields["texts.sizes"][4:], fields["texts.sizes"][:3].decode()).tolist()
    raw = text.encode()
    fields["texts"] = raw + fields["texts"][sizes[0] :]
    fields["texts.sizes"] = b"<u4 " + np.array([len(raw), *sizes[1:]], "<u4").tobytes()
    with pytest.raises(BadKeyframe, match="not safe to print"):
        read_keyframe(made_of(msgpack.packb(fields)))


def bombs(whole: bytes) -> dict[str, bytes]:
    fields = fields_of(whole)
    million = b"|u1 " + bytes(999_000)
    texts = {**fields, "texts": b"", "texts.sizes": million}
    return {
        "zeros": made_of(bytes(LARGEST)),
        "more zeros than the header states": made_of(bytes(512 * MEGABYTE), 1000),
        "too large by the header": made_of(b"", 2**32 - 1),
        "lists in lists": made_of(b"\x81\xa1a" + b"\xdd\x00\xff\xff\xff" + b"\x90" * LARGEST)[
            : 64 * MEGABYTE
        ],
        "maps in maps": made_of(b"\x81\xa1a" + b"\x81\xa1a" * (10 * MEGABYTE)),
        "a map of millions": made_of(b"\xdf\x00\xff\xff\xff" + b"\xa0\xc0" * (20 * MEGABYTE)),
        "empty texts": made_of(msgpack.packb(texts)),
        "many texts": made_of(msgpack.packb({**fields, "texts.sizes": b"|u1 " + bytes(50 * MEGABYTE)})),
        "many workers": made_of(msgpack.packb({**fields, "workers.count": 2**40})),
        "many tasks": made_of(msgpack.packb({**fields, "tasks.count": 2**40})),
        "many flags": made_of(msgpack.packb({**fields, "announced": b"|u1 " + bytes(30 * MEGABYTE)})),
        "many samples": made_of(msgpack.packb({**fields, "samples.time": b"<f8 " + bytes(60 * MEGABYTE)})),
    }


def test_no_input_takes_more_memory_than_a_few_keyframes(whole: bytes) -> None:
    for name, data in bombs(whole).items():
        tracemalloc.start()
        try:
            with pytest.raises(BadKeyframe):
                read_keyframe(data)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 4 * LARGEST, f"{name}: {most / MEGABYTE:.0f} MiB"
