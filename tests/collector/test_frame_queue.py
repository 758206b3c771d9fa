"""The queue between reader and decoder: it is bounded, and drops the oldest details first."""

import struct

import pytest

from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.source import Batch
from scaler_monitor.wire.feed import FeedState
from scaler_monitor.wire.generation import Generation

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")


def frame(number: int, data_words: int, pointers: int, mark: int = 0, padding: int = 0) -> bytes:
    """Return the header of a frame by the schema of either generation."""
    head = struct.pack("<IIQHHIIHH", 0, 0, 0x0001_0001_0000_0000, number, 0, 0, 0, data_words, pointers)
    return head + struct.pack("<Q", mark) + bytes(padding)


def task(mark: int = 0, padding: int = 0) -> bytes:
    return frame(16, 2, 7, mark, padding)


REPORT = frame(14, 1, 7)
WORKER = frame(15, 1, 2)


def test_overload_drops_only_the_oldest_details() -> None:
    queue = FrameQueue(frame_limit=10)
    queue.put(Batch(1.0, 1.0, STATE, [REPORT, *map(task, range(6)), WORKER]))
    queue.put(Batch(2.0, 2.0, STATE, [task(mark) for mark in range(6, 12)]))
    kept = drain(queue)
    assert kept == [REPORT, WORKER, *[task(mark) for mark in range(6, 12)]]
    assert queue.dropped == 6
    assert (queue._frames, queue._bytes) == (0, 0)


@pytest.mark.parametrize(("ymq_version", "expected"), [(2, None), (None, 2)])
def test_tasks_of_a_newer_release_are_dropped_before_reports(
    ymq_version: int | None, expected: Generation | None
) -> None:
    """With larger data and pointer sections, like those of reports in the earlier generation."""
    grown, queue = [frame(16, 3, 9, mark) for mark in range(12)], FrameQueue(frame_limit=10)
    queue.generation = expected
    queue.put(Batch(1.0, 1.0, STATE._replace(ymq_version=ymq_version), [REPORT, *grown]))
    assert REPORT in drain(queue)


def test_bytes_are_bounded_like_frames() -> None:
    queue = FrameQueue(byte_limit=5000)
    for mark in range(20):
        queue.put(Batch(1.0, 1.0, STATE, [task(mark, padding=960)]))
        assert queue._bytes <= 5000
    assert queue.dropped + queue._frames == 20
    assert drain(queue)[-1] == task(19, padding=960)


def test_a_flood_of_reports_keeps_the_newest() -> None:
    queue = FrameQueue(frame_limit=3)
    queue.put(Batch(1.0, 1.0, STATE, [REPORT + bytes([mark]) for mark in range(8)]))
    assert drain(queue) == [REPORT + bytes([mark]) for mark in (5, 6, 7)]
    assert queue.dropped == 5


def test_a_single_frame_over_the_limit_is_delivered() -> None:
    queue = FrameQueue(byte_limit=10)
    queue.put(Batch(1.0, 1.0, STATE, [REPORT]))
    assert drain(queue) == [REPORT]


def test_a_report_over_the_limit_is_dropped_only_for_a_newer_one() -> None:
    queue, huge = FrameQueue(byte_limit=10_000), REPORT + bytes(15_000)
    queue.put(Batch(1.0, 1.0, STATE, [huge]))
    queue.put(Batch(2.0, 2.0, STATE, [WORKER, task(), WORKER]))
    assert queue.dropped == 0
    queue.put(Batch(3.0, 3.0, STATE, [task(mark, padding=960) for mark in range(20)]))
    assert queue._bytes <= 10_000 + len(huge)
    queue.put(Batch(4.0, 4.0, STATE, [huge + b"newer"]))
    kept = drain(queue)
    assert kept[-1] == huge + b"newer"
    assert huge not in kept


class Looked(bytes):
    """A frame that counts how often its size is read."""

    looks = 0

    def __len__(self) -> int:
        Looked.looks += 1
        return super().__len__()


@pytest.mark.parametrize("limits", [{"frame_limit": 1000}, {"byte_limit": 1000 * len(REPORT)}])
def test_the_cost_per_frame_does_not_depend_on_the_queue_length(
    limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Looked, "looks", 0)
    queue = FrameQueue(**limits)
    for _ in range(3000):
        queue.put(Batch(1.0, 1.0, STATE, [Looked(REPORT)]))
        assert queue._frames <= 1000
    assert queue.dropped + queue._frames == 3000
    assert Looked.looks <= 10 * 3000


def test_batches_without_frames_do_not_accumulate() -> None:
    queue = FrameQueue(frame_limit=10)
    gone = STATE._replace(phase="disconnected")
    queue.put(Batch(1.0, 1.0, STATE, [REPORT]))
    queue.put(Batch(2.0, 2.0, gone, []))
    for mark in range(1000):
        queue.put(Batch(3.0, 3.0, STATE, [task(mark)]))
    assert len(queue._batches) <= 2 + 10
    phases = [batch.state.phase for batch in iter(lambda: queue.take(4, 0), None)]
    assert phases[:3] == ["connected", "disconnected", "connected"]


def test_details_after_emptied_batches_are_dropped_before_a_report() -> None:
    queue = FrameQueue(frame_limit=10)
    for _ in range(30):
        queue.put(Batch(1.0, 1.0, STATE, [task(), task(), task()]))
        queue.put(Batch(1.0, 1.0, STATE, [task(), task()]))
    queue.put(Batch(2.0, 2.0, STATE, [REPORT]))
    for mark in range(30):
        queue.put(Batch(3.0, 3.0, STATE, [task(mark), task(mark)]))
    assert REPORT in drain(queue)


def test_the_age_is_that_of_the_oldest_batch() -> None:
    queue = FrameQueue()
    assert queue.age(9.0) == 0.0
    queue.put(Batch(5.0, 5.0, STATE, [REPORT, WORKER]))
    queue.take(1, 0)
    assert queue.age(9.0) == 4.0


def test_a_change_of_connection_is_delivered_without_frames() -> None:
    queue = FrameQueue()
    gone = STATE._replace(phase="disconnected")
    queue.put(Batch(1.0, 1.0, gone, []))
    assert queue.take(5, 0) == Batch(1.0, 1.0, gone, [])
    assert queue.take(5, 0) is None


def drain(queue: FrameQueue) -> list[bytes]:
    frames = []
    while batch := queue.take(4, 0):
        frames += batch.frames
    return frames


def test_the_queue_is_crowded_while_a_huge_frame_waits_or_is_decoded() -> None:
    queue = FrameQueue(byte_limit=1_000)
    queue.put(Batch(1.0, 1.0, STATE, [REPORT, frame(14, 1, 7, padding=300)]))
    assert not queue.is_crowded()
    queue.put(Batch(1.0, 1.0, STATE, [frame(14, 1, 7, padding=600)]))
    assert queue.is_crowded()
    queue.take(10, 0.0)
    assert queue.is_crowded()
    queue.take(10, 0.0)  # the huge one: it is decoded now
    assert queue.is_crowded()
    assert queue.take(10, 0.0) is None
    assert not queue.is_crowded()
