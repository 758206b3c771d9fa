"""Reports with one huge list of the smallest elements, or with more elements than the limit."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from bench.hostile_frames import LISTS, report_of_structs
from tests.present import present
from tests.wire.widened import LISTED, widened

from scaler_monitor.simulate.report_frame import ReportFrame
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.task_frames import LENGTH_BYTES
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import (
    Event,
    StateBalanceAdvice,
    StateGraphTask,
    StateObject,
    StateScheduler,
    StateTask,
)
from scaler_monitor.wire.frame_limits import FRAME_LIMIT
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments
from scaler_monitor.wire.struct_layout import Shape

SMALLEST = {
    "clients": (2, (0, 1), 0, (1, 1)),
    "managers": (6, (0, 2), 1, (1, 3)),
    "managers with workers": (6, (0, 2), 0, (0, 2)),
    "state pairs": (4, (0, 1), 0, (1, 0)),
    "message pairs": (0, (0, 2), 1, (1, 1)),
    "workers": (5, (0, 1), 0, (4, 4)),
}
"""By list: which member of a report has it, of which shape, at which pointer, and the smallest entry."""


@pytest.mark.parametrize("way", ["the fast way", "through pycapnp"])
@pytest.mark.parametrize("listed", LISTS)
def test_a_frame_full_of_elements_is_cheap(listed: str, way: str) -> None:
    frame = LISTS[listed](FRAME_LIMIT if way == "the fast way" else 8 << 20)
    tracemalloc.start(1)
    begun = time.process_time()
    try:
        with pytest.raises(MalformedFrame, match=r"fewer fields|more than there is room|no usual layout"):
            Decoder().decode(frame) if way == "the fast way" else read_event(frame, 2, "stateScheduler")
        used, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20
    assert used < 5


def shape_of(listed: str) -> Shape:
    return SMALLEST[listed][3] if listed in SMALLEST else LISTED[listed].smallest


def frame_of(listed: str, shape: Shape) -> bytes:
    """Return a frame with a list of elements of that shape."""
    if listed in SMALLEST:
        return report_of_structs(*SMALLEST[listed][:3], shape, 1_000)
    return widened(LISTED[listed], shape, 100)


def both_ways(listed: str) -> tuple[Callable[[bytes], Event], ...]:
    member = LISTED[listed].member if listed in LISTED else "stateScheduler"
    return Decoder().decode, lambda frame: read_event(frame, 2, member)


every_list = pytest.mark.parametrize("listed", [*SMALLEST, *LISTED])


@every_list
def test_elements_of_the_smallest_known_size_are_read(listed: str) -> None:
    frame = frame_of(listed, shape_of(listed))
    for read in both_ways(listed):
        member = LISTED[listed].member if listed in LISTED else "stateScheduler"
        assert type(read(frame)).__name__.lower() == member.lower()


@every_list
@pytest.mark.parametrize("lacks", [(1, 0), (0, 1)], ids=["a word less", "a pointer less"])
def test_elements_below_the_smallest_known_size_are_malformed(listed: str, lacks: tuple[int, int]) -> None:
    words, pointers = shape_of(listed)
    shape = words - lacks[0], pointers - lacks[1]
    if min(shape) < 0:
        pytest.skip("it has none")
    frame = frame_of(listed, shape)
    for read in both_ways(listed):
        with pytest.raises(MalformedFrame, match="fewer fields than any release has"):
            read(frame)


def test_a_worker_with_half_a_million_processors_is_malformed() -> None:
    frame = widened(LISTED["processors"], (1, 1), 500_000)
    tracemalloc.start(1)
    try:
        for read in both_ways("processors"):
            with pytest.raises(MalformedFrame, match=r"500,000 processors"):
                read(frame)
        assert tracemalloc.get_traced_memory()[1] < len(frame) + (4 << 20)
    finally:
        tracemalloc.stop()


def test_a_hundred_thousand_workers_with_two_processors_each_are_read() -> None:
    message = load_generation(2).Message.new_message(num_first_segment_words=5 << 20)
    rows = message.init("stateScheduler").init("workerManager").init("workers", 100_000)
    for row in rows:
        row.init("processorStatuses", 2)
    found = Decoder().decode(bytes(message.to_bytes()))
    assert isinstance(found, StateScheduler)
    assert len(found.workers.worker) == 100_000
    assert len(found.workers.processors.pid) == 200_000


def test_the_report_of_a_simulated_fleet_of_a_hundred_thousand_is_read() -> None:
    frame = bytes(ReportFrame(build_fleet(100_000, 2), 2)._bytes[LENGTH_BYTES:])
    found = Decoder().decode(frame)
    assert isinstance(found, StateScheduler)
    assert len(found.workers.worker) == 100_000


def test_objects_over_the_limit_are_counted() -> None:
    listed = [{"objectId": bytes(32), "name": b"n", "creator": b"c", "size": 1}] * 50_000
    report: dict[str, Any] = {"objects": listed, "totalObjects": 50_000}
    frame = load_generation(2).Message.new_message(stateObject=report).to_bytes()
    begun = time.process_time()
    found = Decoder().decode(bytes(frame))
    assert isinstance(found, StateObject)
    assert (len(found.objects), found.total) == (1_000, 50_000)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("member", ["stateBalanceAdvice", "stateGraphTask"])
def test_ids_over_the_limit_are_counted(member: str) -> None:
    ids = [b"%016d" % number for number in range(3_000)]
    fields = {"stateBalanceAdvice": {"taskIds": ids}, "stateGraphTask": {"parentTaskIds": ids}}[member]
    found: Any = Decoder().decode(
        bytes(load_generation(2).Message.new_message(**{member: fields}).to_bytes())
    )
    kept = found.task_ids if member == "stateBalanceAdvice" else found.parent_task_ids
    assert kept == tuple(ids[:1_000])
    assert found.more == 2_000


@pytest.mark.parametrize("size", [65, 100_000])
def test_long_ids_are_truncated_and_stay_unique(size: int) -> None:
    decoder, schema = Decoder(), load_generation(2)
    seen = set()
    for last in range(3):
        whole = b"t" * size + b"%d" % last
        messages = (
            {"stateTask": {"taskId": whole, "state": "running"}},
            {"stateBalanceAdvice": {"taskIds": [whole]}},
            {"stateGraphTask": {"graphTaskId": whole, "taskId": whole, "parentTaskIds": [whole]}},
            {"stateObject": {"objects": [{"objectId": whole}], "totalObjects": 1}},
            {
                "stateScheduler": {
                    "workerManager": {"workers": [{"processorStatuses": [{"currentTaskId": whole}]}]}
                }
            },
        )
        task, advice, node, objects, report = (
            decoder.decode(
                bytes(schema.Message.new_message(num_first_segment_words=1 << 17, **each).to_bytes())
            )
            for each in messages
        )
        assert isinstance(task, StateTask)
        assert isinstance(advice, StateBalanceAdvice)
        assert isinstance(node, StateGraphTask)
        assert isinstance(objects, StateObject)
        assert isinstance(report, StateScheduler)
        ids = {task.task_id, *advice.task_ids, node.graph_task_id, node.task_id, *node.parent_task_ids}
        ids |= {present(objects.objects)[0].object_id, *present(report.workers.processors.task_id)}
        assert len(ids) == 1
        seen |= ids
    assert len(seen) == 3
    assert all(len(each) == 64 for each in seen)
    assert decoder._cache.ids.cut == 3 * 7


def test_a_list_with_another_element_size_is_malformed() -> None:
    """A list of empty elements claims half a billion clients without any bytes."""
    frame = bytearray(report_of_structs(2, (0, 1), 0, (1, 1), 1_000))
    segments = Segments(bytes(frame))
    body = segments.member(segments.root(), 0)
    assert body is not None
    manager = segments.member(body, 2)
    assert manager is not None
    at = 8 * (manager.at + manager.data_words)
    frame[at + 4 : at + 8] = ((2**29 - 1) << 3).to_bytes(4, "little")
    for read in (Decoder().decode, lambda raw: read_event(raw, 2, "stateScheduler")):
        with pytest.raises(MalformedFrame):
            read(bytes(frame))
