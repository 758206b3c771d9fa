"""Detection of a frame's generation: by number and shape, by the YMQ version, by earlier frames."""

from __future__ import annotations

import pytest
from tests.frames.corpus import RELEASES, generation_of_release, read_frames, read_recorded

from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import StateClient, StateObject, StateScheduler, StateTask, StateWorker
from scaler_monitor.wire.generation import Generation, generation_of, identify
from scaler_monitor.wire.schema import load_generation


@pytest.mark.parametrize(
    ("version_byte", "generation"), [(1, 1), (2, 2), (3, 2), (255, 2), (0, None), (None, None)]
)
def test_version_byte(version_byte: int | None, generation: int | None) -> None:
    assert generation_of(version_byte) == generation


@pytest.mark.parametrize("version", RELEASES)
def test_every_recorded_frame_is_identified_without_a_hint(version: str) -> None:
    for entry in read_recorded(version):
        decoder = Decoder()
        event = decoder.decode(entry.frame)
        assert decoder.generation == generation_of_release(version)
        assert type(event).__name__.lower() == entry.member.lower()


@pytest.mark.parametrize(
    ("number", "shape", "generation", "member"),
    [
        (16, (1, 7), 1, "stateScheduler"),
        (14, (1, 7), 2, "stateScheduler"),
        (16, (1, 5), 2, "stateTask"),
        (16, (2, 7), 2, "stateTask"),
        (18, (1, 4), 1, "stateTask"),
        (18, (1, 5), 1, "stateTask"),
        (17, (1, 2), 1, "stateWorker"),
        (17, (1, 3), 2, "stateGraphTask"),
        (15, (0, 2), 1, "stateBalanceAdvice"),
        (15, (1, 2), 2, "stateWorker"),
        (13, (0, 0), 1, "stateClient"),
        (13, (0, 2), 2, "stateBalanceAdvice"),
        (14, (0, 0), 1, "stateObject"),
        (12, (1, 1), 2, "stateObject"),
    ],
)
def test_number_and_shape_are_sufficient(
    number: int, shape: tuple[int, int], generation: Generation, member: str
) -> None:
    """Also with a wrong hint: the scheduler may have been restarted with another release."""
    for hint in (None, 1, 2):
        assert identify(number, shape, hint) == (generation, member)


@pytest.mark.parametrize(
    ("number", "shape", "generation", "member"),
    [
        (16, (3, 9), 2, "stateTask"),
        (16, (3, 9), 1, "stateScheduler"),
        (15, (2, 3), 2, "stateWorker"),
        (15, (2, 3), 1, "stateBalanceAdvice"),
        (17, (2, 4), 2, "stateGraphTask"),
        (17, (2, 4), 1, "stateWorker"),
    ],
)
def test_an_ambiguous_larger_struct_needs_the_generation(
    number: int, shape: tuple[int, int], generation: Generation, member: str
) -> None:
    assert identify(number, shape, generation) == (generation, member)
    with pytest.raises(MalformedFrame, match=f"number {number} of .* may be either of two"):
        identify(number, shape, None)


@pytest.mark.parametrize(
    ("number", "shape", "generation", "member"),
    [
        (14, (2, 8), 2, "stateScheduler"),  # the struct of generation 1 has no fields
        (13, (1, 3), 2, "stateBalanceAdvice"),
        (12, (2, 2), 2, "stateObject"),
        (11, (1, 0), 2, "stateClient"),
        (16, (3, 6), 2, "stateTask"),  # too small for a report of generation 1
        (17, (2, 2), 1, "stateWorker"),
        (18, (2, 6), 1, "stateTask"),
        (19, (2, 4), 1, "stateGraphTask"),
    ],
)
def test_an_unambiguous_larger_struct_needs_no_hint(
    number: int, shape: tuple[int, int], generation: Generation, member: str
) -> None:
    for hint in (None, generation):
        assert identify(number, shape, hint) == (generation, member)


@pytest.mark.parametrize(
    ("number", "shape", "hint"),
    [
        (16, (0, 5), 2),
        (16, (9, 4), 2),
        (16, (2, 6), 1),
        (18, (2, 4), 1),  # 1.12.7 put other fields there
        (18, (2, 6), 2),
        (19, (2, 4), 2),
        (14, (0, 7), 2),
        (14, (1, 6), 2),
        (12, (2, 2), 1),
    ],
)
def test_no_matching_message_is_malformed(number: int, shape: tuple[int, int], hint: Generation) -> None:
    with pytest.raises(MalformedFrame, match=f"number {number} of .* none that a monitor knows"):
        identify(number, shape, hint)


@pytest.mark.parametrize("number", [0, 10, 20, 65535])
def test_a_message_for_others_is_malformed(number: int) -> None:
    with pytest.raises(MalformedFrame, match=str(number)):
        identify(number, (1, 1), None)


def test_a_scheduler_that_comes_back_as_another_release() -> None:
    decoder = Decoder()
    for version in ("1.12.7", "2.9.0", "1.27.2", "2.6.0", "2.7.0"):
        for frame in read_frames(version):
            decoder.decode(frame)
            assert decoder.generation == generation_of_release(version)


def test_generation_is_unknown_before_the_first_valid_frame() -> None:
    decoder = Decoder()
    assert decoder.generation is None
    with pytest.raises(MalformedFrame):
        decoder.decode(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert decoder.generation is None


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("stateClient", StateClient),
        ("stateObject", StateObject),
        ("stateScheduler", StateScheduler),
        ("stateWorker", StateWorker),
        ("stateTask", StateTask),
    ],
)
def test_members_of_both_generations(generation: Generation, member: str, kind: type) -> None:
    message = load_generation(generation).Message.new_message()
    message.init(member)
    decoder = Decoder()
    assert type(decoder.decode(message.to_bytes())) is kind
    assert decoder.generation == generation
