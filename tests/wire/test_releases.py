"""Frames recorded from each release: our readers agree with the release's own reader."""

from __future__ import annotations

import numpy as np
import pytest
from tests.frames.corpus import RELEASES, Recorded, generation_of_release, read_recorded
from tests.wire.theirs import flatten, forget_absent_columns, their_event

from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import Event, StateScheduler, StateTask
from scaler_monitor.wire.reference import read_event


@pytest.fixture(params=RELEASES)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def recorded(version: str) -> list[Recorded]:
    return read_recorded(version)


def assert_same(ours: Event, version: str, entry: Recorded) -> None:
    """Compare leaf by leaf, so that a failure names the field."""
    theirs, found = their_event(version, entry.member, entry.fields), flatten(ours)
    if entry.member == "stateScheduler":
        forget_absent_columns(theirs)
        forget_absent_columns(found)
        for key, part in theirs["workers"].items():
            assert found["workers"][key] == part, key
    for key, part in theirs.items():
        assert found[key] == part, key
    assert found == theirs
    assert type(ours).__name__.lower() == entry.member.lower()


def test_decoder_agrees_with_the_release(version: str, recorded: list[Recorded]) -> None:
    decoder = Decoder()
    for entry in recorded:
        assert_same(decoder.decode(entry.frame), version, entry)
    assert decoder.generation == generation_of_release(version)


def test_each_frame_alone_is_enough(version: str, recorded: list[Recorded]) -> None:
    for entry in recorded:
        decoder = Decoder()
        assert_same(decoder.decode(entry.frame), version, entry)
        assert decoder.generation == generation_of_release(version)


def test_version_byte_of_ymq_agrees(version: str, recorded: list[Recorded]) -> None:
    byte = generation_of_release(version)
    for entry in recorded:
        assert_same(Decoder().decode(entry.frame, byte), version, entry)


def test_reference_agrees_with_the_release(version: str, recorded: list[Recorded]) -> None:
    generation = generation_of_release(version)
    for entry in recorded:
        assert_same(read_event(entry.frame, generation, entry.member), version, entry)


def test_columns_have_the_declared_types(version: str, recorded: list[Recorded]) -> None:
    """Arrays of both readers have the types that `wire.event` declares."""
    kinds = {"cpu_permille": np.uint16, "rss_bytes": np.uint64, "pid": np.uint32, "has_task": np.bool_}
    for entry in recorded:
        if entry.member != "stateScheduler":
            continue
        slow = read_event(entry.frame, generation_of_release(version), "stateScheduler")
        for report in (Decoder().decode(entry.frame), slow):
            assert isinstance(report, StateScheduler)
            assert report.workers.suspended.dtype == np.uint8
            assert report.workers.last_seen_seconds.dtype == np.uint16
            assert report.workers.first_processor.dtype == np.int64
            for field, kind in kinds.items():
                assert getattr(report.workers.processors, field).dtype == kind


def test_recordings_have_sufficient_variety(version: str, recorded: list[Recorded]) -> None:
    """Each release's frames hold a busy cluster: ends of several kinds, workers with work, two clients."""
    events = [Decoder().decode(entry.frame) for entry in recorded]
    reports = [event for event in events if isinstance(event, StateScheduler)]
    assert len(reports) >= 4
    assert max(len(report.workers.worker) for report in reports) == 5
    assert max(int(report.workers.processors.has_task.sum()) for report in reports) >= 2
    states = {event.state for event in events if isinstance(event, StateTask)}
    assert {"running", "success", "failed"} <= states
    assert states & {"canceled", "canceledNotFound"}
    profiles = [event.profile for event in events if isinstance(event, StateTask) and event.profile]
    assert any(profile.duration_seconds > 0 for profile in profiles)
    if version not in ("1.12.7", "2.0.20"):
        named = {c.name for event in events for c in getattr(event, "capabilities", None) or ()}
        assert {"cpu", "gpu"} <= named
    if version not in ("1.12.7", "1.15.0"):
        assert max(len(report.managers or ()) for report in reports) == 2
        assert max(len(report.manager_workers) for report in reports) == 2
