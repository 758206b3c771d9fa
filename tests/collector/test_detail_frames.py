"""Detail frames, which may be dropped under overload, are identified."""

import struct

import pytest
from tests.wire.eras import ERAS, GROWN, Era
from tests.wire.making import Maker

from scaler_monitor.collector.detail_frames import DETAILS, is_detail
from scaler_monitor.wire.generation import MEMBERS
from scaler_monitor.wire.schema import load_generation

each_era = pytest.mark.parametrize("era", ERAS, ids=lambda era: era.since)


def frame(number: int, data_words: int, pointers: int) -> bytes:
    """Return the header of a frame by the schema of either generation."""
    head = struct.pack("<IIQHHIIHH", 0, 0, 0x0001_0001_0000_0000, number, 0, 0, 0, data_words, pointers)
    return head + bytes(8)


@each_era
@pytest.mark.parametrize("segment_words", [0, 1, 40])
def test_frames_about_single_tasks_are_details_in_every_layout(era: Era, segment_words: int) -> None:
    for member in MEMBERS:
        made, _ = Maker(era, 7, segment_words).make(member)
        assert is_detail(made, None) == (member in DETAILS), member


@pytest.mark.parametrize("era", GROWN, ids=str)
def test_grown_structs_are_identified_by_the_generation(era: Era) -> None:
    for member in MEMBERS:
        made, _ = Maker(era, 7).make(member)
        assert is_detail(made, era.generation) == (member in DETAILS), member


@pytest.mark.parametrize("generation", [1, 2])
def test_a_task_of_a_function_with_a_long_name_is_a_detail(generation: int) -> None:
    task = load_generation(generation).Message.new_message()
    task.init("stateTask").functionName = "f" * 10_000
    made = task.to_bytes()
    assert int.from_bytes(made[:4], "little") > 0, "one segment only: nothing is tested"
    assert is_detail(made, None)


def test_unknown_frames_are_not_details() -> None:
    assert not is_detail(frame(99, 1, 1), None)


def test_truncated_frames_are_not_details() -> None:
    task = frame(16, 2, 7)
    assert is_detail(task, None)
    assert not any(is_detail(task[:length], None) for length in range(32))
    assert not is_detail(b"\xff" * 400, None)
