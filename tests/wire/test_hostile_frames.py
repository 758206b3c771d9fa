"""Corrupted frames: every reader returns an event or raises MalformedFrame, nothing else.

Each case may use only little time and memory. `pytest -m fuzz tests/wire` runs until FUZZ_SECONDS are over.
"""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.frames.corpus import RELEASES, read_recorded
from tests.fuzzing import fuzz_for_long
from tests.wire.eras import ERAS, GROWN, Era
from tests.wire.making import Maker
from tests.wire.mutations import far_pointer, list_pointer, lying_word, mutate, pointer, put_word, read_word
from tests.wire.theirs import flatten

from scaler_monitor.wire import frame_limits
from scaler_monitor.wire.capabilities import capabilities_memory
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import StateScheduler, StateTask
from scaler_monitor.wire.generation import MEMBERS_BY_NUMBER
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.schema import load_generation

CPU_SECONDS = 2.0
MEMORY_FACTOR = 40
MEMORY_BASE = 6 << 20
CORPUS = [entry for version in RELEASES for entry in read_recorded(version)]
QUICK = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _memory_is_traced() -> Iterator[None]:
    tracemalloc.start(1)
    yield
    tracemalloc.stop()


def read(reader: Any, frame: bytes) -> Any:
    """Return the event as plain values, None for a malformed frame.

    Fail if it used too much time or memory.
    """
    tracemalloc.reset_peak()
    before, started = tracemalloc.get_traced_memory()[0], time.process_time()
    event, complaint = None, "none"
    try:
        event = reader(frame)
    except MalformedFrame as error:
        complaint = str(error)
    assert complaint
    assert complaint.isprintable()
    peak = tracemalloc.get_traced_memory()[1] - before
    assert peak <= MEMORY_BASE + MEMORY_FACTOR * len(frame), f"{peak} bytes for {len(frame)}"
    assert time.process_time() - started < CPU_SECONDS
    return event


def read_members(frame: bytes) -> dict[int | None, Any]:
    """Return the reference reader's results for each message type that the frame's number can mean."""
    number = int.from_bytes(frame[16:18], "little")
    found: dict[int | None, Any] = {}
    for generation, member in MEMBERS_BY_NUMBER.get(number, {}).items():
        found[generation] = read(lambda raw, g=generation, m=member: read_event(raw, g, m), frame)
    return found


def try_frame(frame: bytes, decoder: Decoder) -> None:
    """Read a frame with a new decoder, a used one and the reference reader; the results must agree."""
    fresh = Decoder()
    event, again = read(fresh.decode, frame), read(decoder.decode, frame)
    found = read_members(frame)
    for other, generation in ((again, decoder.generation), (found.get(fresh.generation), fresh.generation)):
        if event is not None and other is not None and generation == fresh.generation:
            assert repr(flatten(event)) == repr(flatten(other))


def try_after(original: bytes, mutants: Sequence[bytes], generation: int) -> None:
    """A decoder that has read the original must read each mutant as a new decoder does, or reject it."""
    warm = Decoder()
    warm.decode(original, generation)
    for frame in (*mutants, original):
        found, alone = read(lambda raw: warm.decode(raw, generation), frame), Decoder()
        event = read(lambda raw, d=alone: d.decode(raw, generation), frame)
        assert repr(found and flatten(found)) == repr(event and flatten(event))


@QUICK
@given(st.integers(0, len(CORPUS) - 1), st.integers(0, 2**64))
def test_mutated_frames(which: int, seed: int) -> None:
    decoder = Decoder()
    entry = CORPUS[which]
    decoder.decode(entry.frame)
    generation = decoder.generation
    assert generation is not None
    mutated = mutate(entry.frame, seed)
    try_frame(mutated, decoder)
    if entry.member == "stateTask":
        try_after(entry.frame, [mutated], generation)


@settings(QUICK, max_examples=40)
@given(
    st.sampled_from((*ERAS, *GROWN)),
    st.integers(0, 2**32),
    st.lists(st.integers(0, 2**64), min_size=4, max_size=12),
)
def test_mutated_tasks(era: Era, seed: int, seeds: list[int]) -> None:
    frame, _ = Maker(era, seed).make("stateTask")
    try_after(frame, [mutate(frame, each) for each in seeds], era.generation)


@settings(QUICK, max_examples=300)
@given(st.binary(max_size=400))
def test_random_bytes(raw: bytes) -> None:
    try_frame(raw, Decoder())


@settings(QUICK, max_examples=200)
@given(st.integers(0, len(CORPUS) - 1), st.data())
def test_every_cut_is_malformed(which: int, data: Any) -> None:
    frame = CORPUS[which].frame
    stop = data.draw(st.integers(0, len(frame) - 1))
    with pytest.raises(MalformedFrame):
        Decoder().decode(frame[:stop])


def test_each_word_of_a_frame_replaced() -> None:
    """One small frame of each type and generation, with each word replaced by each false value."""
    tried = set()
    dice = random.Random(5)
    for entry in sorted(CORPUS, key=lambda entry: len(entry.frame)):
        kind = entry.member, entry.frame[16:32]
        if kind in tried or len(entry.frame) > 600:
            continue
        tried.add(kind)
        decoder = Decoder()
        words = len(entry.frame) // 8
        for at in range(words):
            for _ in range(3):
                lie = lying_word(read_word(entry.frame, at), at, words, dice)
                frame = put_word(entry.frame, at, lie)
                read(decoder.decode, frame)
                read(Decoder().decode, frame)
    assert len(tried) >= 8


def report_of_workers(workers: int, name: bytes = b"w" * 40) -> bytes:
    """Return a report whose workers all have a name, two processors and an itl."""
    message = load_generation(2).Message.new_message()
    rows = message.init("stateScheduler").init("workerManager").init("workers", workers)
    for row in rows:
        row.workerId, row.itl = name, "100"
        row.init("processorStatuses", 2)
    return bytes(message.to_bytes())


def test_a_list_that_claims_half_a_billion_elements() -> None:
    frame = report_of_workers(3)
    for at in range(len(frame) // 8):
        word = read_word(frame, at)
        if word & 3 == 1 and word >> 32 & 7 == 7:
            tag_at = at + 1 + (word >> 2 & 0x3FFFFFFF)
            for data_words, pointers in ((0, 0), (1, 0), (7, 5), (65535, 65535)):
                tag = (2**29 - 1) << 2 | data_words << 32 | pointers << 48
                assert read(Decoder().decode, put_word(frame, tag_at, tag)) is None


def test_one_name_referenced_by_every_worker() -> None:
    """Many pointers to one long text: a small frame that would become a large event."""
    long = b"n" * 100_000
    message = load_generation(2).Message.new_message(num_first_segment_words=2**17)  # one segment
    rows = message.init("stateScheduler").init("workerManager").init("workers", 2000)
    rows[0].workerId = long
    frame = bytes(message.to_bytes())
    at = next(
        at
        for at in range(len(frame) // 8)
        if read_word(frame, at) & 3 == 1 and read_word(frame, at) >> 32 == 2 | len(long) << 3
    )
    target = at + 1 + (read_word(frame, at) >> 2 & 0x3FFFFFFF)
    stride = 7 + 5
    for row in range(1, 2000):
        place = at + stride * row
        assert read_word(frame, place) == 0
        frame = put_word(frame, place, list_pointer(target - place - 1, 2, len(long)))
    assert read(Decoder().decode, frame) is None


def test_far_pointers_in_circles() -> None:
    frame = report_of_workers(3)
    words = len(frame) // 8 - 1
    for at in range(1, words + 1):
        for word in (far_pointer(at - 1, 0), far_pointer(at - 1, 0, double=True), pointer(0, -1, 0x10001)):
            read(Decoder().decode, put_word(frame, at, word))
    circle = struct.pack("<IIII", 1, 1, 1, 0) + struct.pack("<QQ", far_pointer(0, 1), far_pointer(0, 0))
    assert read(Decoder().decode, circle) is None


@pytest.mark.parametrize("claimed", [2**16, 2**31, 2**32 - 1])
def test_more_segments_than_bytes(claimed: int) -> None:
    assert read(Decoder().decode, struct.pack("<I", claimed) + bytes(100_000)) is None


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("<IIII", 1, 0, 0, 0),
        struct.pack("<IIII", 2, 0, 0, 0),
        struct.pack("<IIII", 1, 0, 1, 0) + struct.pack("<Q", 1 << 48),
    ],
    ids=["two without a word", "three without a word", "the word in the second"],
)
def test_a_first_segment_without_a_word_has_no_message(frame: bytes) -> None:
    try_frame(frame, Decoder())
    assert read(Decoder().decode, frame) is None


def test_a_decoder_continues_after_malformed_frames() -> None:
    """Malformed frames do not change the result of the valid frames between them."""
    decoder, dice = Decoder(), random.Random(3)
    for entry in read_recorded("2.9.0"):
        read(decoder.decode, mutate(entry.frame, dice.randrange(2**32)))
        assert flatten(decoder.decode(entry.frame)) == flatten(Decoder().decode(entry.frame))


def test_cost_of_a_large_report_is_proportional() -> None:
    event = read(Decoder().decode, report_of_workers(20_000))
    assert isinstance(event, StateScheduler)
    assert len(event.workers.worker) == 20_000


def test_cache_of_capabilities_is_bounded() -> None:
    message = load_generation(2).Message.new_message(num_first_segment_words=1 << 16)
    task: Any = message.init("stateTask")
    task.taskId = bytes(16)
    for place, row in enumerate(task.init("capabilities", 1000)):
        row.name = f"NNNN-{place}"
    frame, kept = message.to_bytes(), DecodeCache()
    decoder = Decoder(kept)
    held = []
    for number in range(500):
        event = decoder.decode(frame.replace(b"NNNN", b"%04d" % number), 2)
        assert isinstance(event, StateTask)
        assert event.capabilities is not None
        assert event.capabilities[0].name == f"{number:04d}-0"
        *whole, more = event.capabilities
        assert more == (f"({1000 - len(whole)} more)", -1)
        memory = capabilities_memory(event.capabilities)
        assert len(whole) == 64 or (memory <= frame_limits.SHORT_CAPABILITIES_MEMORY and number > 300)
        held.append(event.capabilities)
    assert len(held[-1]) < 10
    assert kept.lists.cut == 500
    assert sum(map(capabilities_memory, kept.lists._kept)) <= frame_limits.CAPABILITIES_MEMORY
    assert sum(map(len, decoder._tasks._capabilities)) <= 1 << 20


@pytest.mark.fuzz
@pytest.mark.timeout(0)
def test_mutated_frames_long_run() -> None:
    decoder = Decoder()

    def try_seed(seed: int) -> None:
        try_frame(mutate(CORPUS[seed % len(CORPUS)].frame, seed), decoder)

    fuzz_for_long(try_seed, settled=5000, grown_kilobytes=200_000)
