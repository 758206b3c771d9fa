"""Tasks with equal pointers but different data: the cached layout of one must not affect the other."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from tests.wire.mutations import far_pointer, list_pointer, put_word, read_word

from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import Event, StateTask
from scaler_monitor.wire.generation import LAYOUTS
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.schema import load_generation

BODY = 4
"""Word at which a StateTask begins: behind segment table, root pointer, message number and pointer."""
POINTERS = BODY + LAYOUTS[2]["stateTask"].whole[0]
FUNCTION, WORKER, CAPABILITIES, EVENT = 1, 2, 3, 6
BYTES = 2


def task_frame(**fields: Any) -> bytes:
    """Return a task in one segment, its fields written in the order given."""
    message = load_generation(2).Message.new_message(num_first_segment_words=256)
    task: Any = message.init("stateTask")
    for name, value in fields.items():
        setattr(task, name, value)
    return bytes(message.to_bytes())


def with_words(frame: bytes, *words: int) -> bytes:
    """Return the frame with `words` appended to its segment."""
    longer = frame + struct.pack(f"<{len(words)}Q", *words)
    return longer[:4] + struct.pack("<I", len(longer) // 8 - 1) + longer[8:]


def target(frame: bytes, index: int) -> int:
    """Return the word offset of the task's field `index`."""
    return POINTERS + index + 1 + (read_word(frame, POINTERS + index) >> 2 & 0x3FFFFFFF)


def read(decoder: Decoder, frame: bytes) -> Event | None:
    try:
        return decoder.decode(frame, 2)
    except MalformedFrame:
        return None


def assert_read_alike(*frames: bytes) -> list[Event | None]:
    """Decode the frames with one decoder and compare each with pycapnp; return the events."""
    decoder, found = Decoder(), []
    for frame in frames:
        event = read(decoder, frame)
        assert event == read(Decoder(), frame)
        try:
            assert event == read_event(frame, 2, "stateTask")
        except MalformedFrame:
            assert event is None
        found.append(event)
    return found


def test_far_pointers_are_resolved_in_their_own_frame() -> None:
    frame = task_frame(taskId=b"t" * 16, functionName=b"good", worker=b"evil")
    pad = len(frame) // 8
    leaping = put_word(frame, POINTERS + FUNCTION, far_pointer(pad - 1, 0))
    frames = [
        with_words(leaping, list_pointer(target(frame, index) - pad - 1, BYTES, 4))
        for index in (FUNCTION, WORKER)
    ]
    assert [task.function for task in assert_read_alike(*frames) if isinstance(task, StateTask)] == [
        "good",
        "evil",
    ]


def test_text_terminators_are_checked_in_every_frame() -> None:
    closed = task_frame(taskId=b"t" * 16, event="running")
    open_ended = put_word(closed, target(closed, EVENT), int.from_bytes(b"running!", "little"))
    found = assert_read_alike(closed, open_ended, closed)
    assert [event is None for event in found] == [False, True, False]


@pytest.mark.parametrize("index", [WORKER, EVENT])
def test_an_empty_field_at_the_end_of_the_frame(index: int) -> None:
    """Data may be empty; a text has at least its terminating zero."""
    frame, at = task_frame(taskId=b"t" * 16), POINTERS + index
    last = put_word(frame, at, list_pointer(len(frame) // 8 - at - 1, BYTES, 0))
    found = assert_read_alike(frame, last, frame)
    assert [event is None for event in found] == [False, index == EVENT, False]


@pytest.mark.parametrize("first", ["right", "wrong"])
def test_list_lengths_are_checked_in_every_frame(first: str) -> None:
    name = "capable!" + "\0" * 7
    right = task_frame(taskId=b"t" * 16, capabilities=[{"name": name, "value": 1}], worker=b"w" * 40)
    wrong = put_word(right, target(right, CAPABILITIES), 2 << 2 | 1 << 32 | 1 << 48)
    frames = (right, wrong, right) if first == "right" else (wrong, right, wrong)
    assert [event is None for event in assert_read_alike(*frames)] == [frame is wrong for frame in frames]


def test_a_capability_behind_a_far_pointer() -> None:
    frame = task_frame(taskId=b"t" * 16, capabilities=[{"name": "gpu", "value": 1}])
    name = target(frame, CAPABILITIES) + 2
    pad = len(frame) // 8
    leaping = put_word(frame, name, far_pointer(pad - 1, 0))
    (found,) = assert_read_alike(with_words(leaping, list_pointer(name + 1 - pad - 1, BYTES, 4)))
    assert isinstance(found, StateTask)
    assert found.capabilities == (("gpu", 1),)


def test_names_of_capabilities_after_other_fields() -> None:
    message = load_generation(2).Message.new_message(num_first_segment_words=256)
    task: Any = message.init("stateTask")
    listed = task.init("capabilities", 1)
    task.worker = b"w" * 16
    listed[0].name = "gpu"
    (found,) = assert_read_alike(bytes(message.to_bytes()))
    assert isinstance(found, StateTask)
    assert (found.worker, found.capabilities) == ("w" * 16, (("gpu", 0),))


def test_usual_tasks_use_the_fast_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [
        task_frame(taskId=b"t" * 16, capabilities=[{"name": name} for name in names], worker=b"w", event="e")
        for names in ([], ["gpu"], ["gpu", "fast"], ["gpu"])
    ]
    monkeypatch.setattr("scaler_monitor.wire.decoder.read_event", None)
    decoder = Decoder()
    for frame in frames:
        assert isinstance(decoder.decode(frame, 2), StateTask)
