"""Generated messages with the shapes of every release: both readers return the original values."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from bench.hostile_frames import with_list
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.wire.eras import ERAS, GROWN, Era
from tests.wire.making import Maker
from tests.wire.theirs import flatten, forget_absent_columns, their_event

from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateScheduler, StateTask, StateWorker
from scaler_monitor.wire.fast_scheduler import read_scheduler_fast
from scaler_monitor.wire.generation import Generation, Member
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments, StructRef

SEEDS = st.integers(0, 2**32)
QUICK = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
each_era = pytest.mark.parametrize("era", [*ERAS, *GROWN], ids=str)
SMALL: tuple[Member, ...] = ("stateTask", "stateWorker", "stateBalanceAdvice", "stateGraphTask")


def expected(era: Era, member: Member, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the original fields in the format of `flatten`; a nameless capability makes its list unknown."""
    event = their_event(era.since, member, fields)
    if any(not item["name"] for item in event.get("capabilities") or ()):
        event["capabilities"] = None
    if member == "stateWorker" and "message" in fields:
        event["state"] = None
    return event


def assert_found(era: Era, member: Member, frame: bytes, fields: dict[str, Any]) -> None:
    theirs = expected(era, member, fields)
    ours = flatten(Decoder().decode(frame, era.generation))
    reference = flatten(read_event(frame, era.generation, member))
    if member == "stateScheduler":
        for report in (theirs, ours, reference):
            forget_absent_columns(report)
    assert reference == theirs
    assert ours == theirs


@each_era
@QUICK
@given(seed=SEEDS, member=st.sampled_from(SMALL))
def test_small_messages(era: Era, seed: int, member: Member) -> None:
    frame, fields = Maker(era, seed).make(member)
    assert_found(era, member, frame, fields)


@each_era
@settings(QUICK, max_examples=40)
@given(seed=SEEDS, workers=st.integers(0, 40), clients=st.integers(0, 5), managers=st.integers(0, 4))
def test_reports(era: Era, seed: int, workers: int, clients: int, managers: int) -> None:
    lengths = {"workers": workers, "clients": clients, "managedWorkers": managers, "stateToCount": 11}
    frame, fields = Maker(era, seed).make("stateScheduler", **lengths, workerManagerDetails=managers)
    assert_found(era, "stateScheduler", frame, fields)


@pytest.mark.parametrize("era", [ERAS[-1], GROWN[-1]], ids=str)
@QUICK
@given(seed=SEEDS, objects=st.integers(0, 60))
def test_object_reports(era: Era, seed: int, objects: int) -> None:
    frame, fields = Maker(era, seed).make("stateObject", objects=objects)
    assert_found(era, "stateObject", frame, fields)


@each_era
def test_reports_use_the_fast_reader(era: Era) -> None:
    """Layouts that a release writes are read as arrays; only other layouts need pycapnp."""
    frame, _ = Maker(era, 1).make("stateScheduler", workers=20)
    segments = Segments(frame)
    body = segments.member(segments.root(), 0)
    assert isinstance(body, StructRef)
    assert read_scheduler_fast(segments, body, era.generation, DecodeCache()).objects >= 0


@each_era
@QUICK
@given(seed=SEEDS, member=st.sampled_from(SMALL), segment_words=st.integers(1, 40))
def test_small_messages_in_many_segments(era: Era, seed: int, member: Member, segment_words: int) -> None:
    """Every struct, list and text may be behind a single or double far pointer."""
    frame, fields = Maker(era, seed, segment_words).make(member)
    assert_found(era, member, frame, fields)


@each_era
@settings(QUICK, max_examples=40)
@given(seed=SEEDS, workers=st.integers(0, 12), segment_words=st.integers(20, 300))
def test_reports_in_many_segments(era: Era, seed: int, workers: int, segment_words: int) -> None:
    frame, fields = Maker(era, seed, segment_words).make("stateScheduler", workers=workers)
    assert_found(era, "stateScheduler", frame, fields)


@each_era
def test_far_pointers_use_the_fast_reader(era: Era) -> None:
    """A report in many segments, as of a large cluster, is also read as arrays."""
    frame, fields = Maker(era, 2, 400).make("stateScheduler", workers=60, clients=3)
    segments = Segments(frame)
    assert len(segments.starts) > 3
    body = segments.member(segments.root(), 0)
    assert isinstance(body, StructRef)
    read_scheduler_fast(segments, body, era.generation, DecodeCache())
    assert_found(era, "stateScheduler", frame, fields)


@each_era
@settings(QUICK, max_examples=100)
@given(seeds=st.lists(SEEDS, min_size=5, max_size=30))
def test_one_decoder_for_many_tasks(era: Era, seeds: list[int]) -> None:
    """The caches of a decoder never change the result of a later frame."""
    decoder = Decoder()
    for seed in seeds:
        frame, fields = Maker(era, seed).make("stateTask")
        assert flatten(decoder.decode(frame, era.generation)) == expected(era, "stateTask", fields)


@pytest.mark.parametrize("generation", [1, 2])
def test_nothing_set(generation: Generation) -> None:
    """Messages without any field set: absent structs, lists and texts."""
    schema = load_generation(generation)
    for member in ("stateScheduler", *SMALL, "stateObject", "stateClient"):
        message = schema.Message.new_message()
        message.init(member)
        frame = message.to_bytes()
        ours = flatten(Decoder().decode(frame, generation))
        assert ours == flatten(read_event(frame, generation, member))


def test_some_parts_set() -> None:
    """Workers with and without agent, processors, resources, texts, in one report."""
    message = load_generation(2).Message.new_message()
    report = message.init("stateScheduler")
    rows = report.init("workerManager").init("workers", 4)
    rows[1].workerId = b"b"
    rows[1].agent.cpu = 7
    rows[2].init("processorStatuses", 2)[1].resource.rss = 9
    rows[2].processorStatuses[0].currentTaskId = b"t"
    rows[3].itl = "111"
    rows[3].init("processorStatuses", 0)
    frame = message.to_bytes()
    ours = Decoder().decode(frame)
    assert isinstance(ours, StateScheduler)
    assert ours.workers.worker == ("", "b", "", "")
    assert ours.workers.agent_cpu_permille.tolist() == [0, 7, 0, 0]
    assert ours.workers.first_processor.tolist() == [0, 0, 0, 2, 2]
    assert ours.workers.processors.rss_bytes.tolist() == [0, 9]
    assert ours.workers.processors.task_id == (b"t", b"")
    assert ours.workers.itl == ("", "", "", "111")
    assert flatten(ours) == flatten(read_event(frame, 2, "stateScheduler"))


@pytest.mark.parametrize(
    ("seconds", "cpu_seconds"),
    [(math.nan, 0.0), (0.0, math.nan), (-1.0, 0.0), (math.inf, 0.0), (0.0, -math.inf), (0.0, -0.1)],
)
def test_invalid_times(seconds: float, cpu_seconds: float) -> None:
    task = {"taskId": b"t", "state": "success", "metadata": struct.pack(">fQf", seconds, 5, cpu_seconds)}
    frame = load_generation(2).Message.new_message(stateTask=task).to_bytes()
    for found in (Decoder().decode(frame), read_event(frame, 2, "stateTask")):
        assert isinstance(found, StateTask)
        assert found.profile is None


def test_totals_without_names_are_unknown() -> None:
    message = load_generation(1).Message.new_message()
    report = message.init("stateScheduler")
    report.taskManager.init("stateToCount", 3)
    report.binder.init("sent", 2)
    report.clientManager.init("clients", 1)[0].clientId = b"c"
    frame = message.to_bytes()
    for found in (Decoder().decode(frame), read_event(frame, 1, "stateScheduler")):
        assert isinstance(found, StateScheduler)
        assert (found.task_states, found.sent, found.clients) == (None, None, None)
        assert found.received == {}


@pytest.mark.parametrize(
    ("said", "state"), [("connected", "connected"), ("disconnected", "disconnected"), ("", None)]
)
def test_early_worker_has_its_state_as_text(said: str, state: str | None) -> None:
    worker = {"workerId": b"w", "message": said.encode()}
    frame = load_generation(1).EarlyMessage.new_message(stateWorker=worker).to_bytes()
    assert Decoder().decode(frame) == StateWorker("w", state, None)


@pytest.mark.parametrize("shape", [(3, 1), (3, 2), (1, 3), (2, 3)])
def test_a_list_of_more_data_has_no_more_pointers(shape: tuple[int, int]) -> None:
    """The fields of a client depend on its data words and on its pointers, independently."""
    message = load_generation(2).Message.new_message(num_first_segment_words=512)
    message.init("stateScheduler").init("clientManager").init("clients", 1)
    frame = message.to_bytes()
    segments = Segments(frame)
    body = segments.member(segments.root(), 0)
    assert body is not None
    manager = segments.member(body, 2)
    assert manager is not None
    frame = with_list(frame, manager.at + manager.data_words, shape, 2)
    for found in (Decoder().decode(frame), read_event(frame, 2, "stateScheduler")):
        assert isinstance(found, StateScheduler)
        assert found.clients is not None
        assert [client.host for client in found.clients] == ["" if shape == (2, 3) else None] * 2
