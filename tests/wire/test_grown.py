"""Larger structs of future releases: read as fast as those of known releases."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from tests.wire.eras import GROWN, Era, era_schema
from tests.wire.making import Maker
from tests.wire.mutations import pointer, put_word, read_word
from tests.wire.test_generated import expected
from tests.wire.theirs import flatten

from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import StateScheduler, StateTask
from scaler_monitor.wire.generation import Member
from scaler_monitor.wire.reference import read_event

ROOM = 4096  # words of a segment, so that everything is in one
BODY, SHAPE = 4, 3
"""Words: where a message's struct begins, and the pointer that says its shape."""
each_era = pytest.mark.parametrize("era", GROWN, ids=str)


@each_era
@pytest.mark.parametrize("member", ["stateTask", "stateScheduler"])
def test_none_is_left_to_pycapnp(era: Era, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Maker(era, seed, ROOM).make(member) for seed in range(60)]
    monkeypatch.setattr("scaler_monitor.wire.decoder.read_event", None)
    for decoder in (Decoder(), Decoder()):
        for frame, fields in made:
            found = flatten(decoder.decode(frame, era.generation))
            assert found["task_id" if member == "stateTask" else "workers"]
            if member == "stateTask":
                assert found == expected(era, member, fields)


@each_era
def test_they_have_more_data_and_more_pointers(era: Era) -> None:
    for member, (data_words, pointers) in {"stateTask": (2, 7), "stateScheduler": (1, 7)}.items():
        frame, _ = Maker(era, 1, ROOM).make(member)
        shape = read_word(frame, SHAPE) >> 32
        assert shape & 0xFFFF > data_words
        assert shape >> 16 > pointers


def test_capabilities_are_cached_regardless_of_unknown_fields() -> None:
    """Equal lists must be equal bytes: the bytes of a list end where the next field begins."""
    schema, decoder = era_schema(GROWN[1]), Decoder()
    for number in range(20):
        message = schema.Message.new_message(num_first_segment_words=ROOM)
        task: Any = message.init("stateTask")
        task.taskId, task.worker = bytes(16), b"w"
        for row, name in zip(task.init("capabilities", 2), ("gpu", "fast"), strict=True):
            row.name, row.value, row.added3 = name, 1, 5
        task.added4 = f"another text {number}"
        task.event = "running"
        found = decoder.decode(bytes(message.to_bytes()), 2)
        assert isinstance(found, StateTask)
        assert (found.capabilities, found.event) == ((("gpu", 1), ("fast", 1)), "running")
    assert len(decoder._tasks._capabilities) == 2, "none, and the one there is"


def test_generation_is_known_from_reports_without_ymq() -> None:
    """A larger task may be a report of the other generation; a larger report is unambiguous."""
    era, decoder = GROWN[1], Decoder()
    task, _ = Maker(era, 3, ROOM).make("stateTask")
    report, _ = Maker(era, 3, ROOM).make("stateScheduler")
    with pytest.raises(MalformedFrame, match="either of two"):
        decoder.decode(task)
    assert isinstance(decoder.decode(report), StateScheduler)
    assert isinstance(decoder.decode(task), StateTask)
    assert decoder.generation == 2


def test_cached_headers_are_dropped_when_the_generation_changes() -> None:
    """A cached header is valid only for the generation in which it was parsed."""
    task, _ = Maker(GROWN[1], 3, ROOM).make("stateTask")
    decoder = Decoder()
    assert isinstance(decoder.decode(task, 2), StateTask)
    with pytest.raises(MalformedFrame):  # parsed as a report whose structs are at the offsets of texts
        decoder.decode(task, 1)


def with_pointers(frame: bytes, more: int) -> bytes:
    """Return a task's frame with additional null pointers in its struct."""
    shape = read_word(frame, SHAPE) >> 32
    data_words, pointers = shape & 0xFFFF, shape >> 16
    first, end = BODY + data_words, BODY + data_words + pointers
    for at in range(first, end):
        word = read_word(frame, at)
        frame = put_word(frame, at, word + (more << 2) if word else 0)
    frame = put_word(frame, SHAPE, pointer(0, 0, data_words | pointers + more << 16))
    longer = frame[: 8 * end] + bytes(8 * more) + frame[8 * end :]
    return longer[:4] + struct.pack("<I", len(longer) // 8 - 1) + longer[8:]


@pytest.mark.parametrize("more", [1, 30, 200, 60_000])
def test_however_many_pointers_there_are(more: int) -> None:
    """The pointers of a huge struct are not used as a cache key."""
    decoder = Decoder()
    for seed in range(3):
        made, fields = Maker(GROWN[1], seed, ROOM).make("stateTask")
        frame = with_pointers(made, more)
        found = decoder.decode(frame, 2)
        assert flatten(found) == expected(GROWN[1], "stateTask", fields)
        assert found == read_event(frame, 2, "stateTask")
    for header in decoder._tasks._headers.values():
        assert all(len(key) <= 512 for key in header.layouts)
