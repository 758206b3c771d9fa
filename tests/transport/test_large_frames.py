"""Only one large frame is held at a time: while one is queued or decoded, little of another is buffered."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from tests.transport.hostile import MIB, ymq, zmtp

from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.source import Batch
from scaler_monitor.wire.byte_stream import CHUNK_BYTES
from scaler_monitor.wire.feed import FeedState
from scaler_monitor.wire.frame_limits import LARGE_FRAME
from scaler_monitor.wire.frame_splitter import FrameSplitter, never_full
from scaler_monitor.wire.ymq_frames import YmqFrameSplitter
from scaler_monitor.wire.zmtp_frames import ZmtpFrameSplitter

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")
LARGE = 12 * MIB
Head = Callable[[int], bytes]

both = pytest.mark.parametrize(("cutter_of", "head"), [(YmqFrameSplitter, ymq), (ZmtpFrameSplitter, zmtp)])


class Queued:
    """A splitter whose frames are put into a real queue after each chunk, as in the collector."""

    def __init__(self, cutter_of: Callable[[int, Callable[[], bool]], FrameSplitter]) -> None:
        self.queue = FrameQueue()
        self.splitter = cutter_of(4 * LARGE, self.queue.is_crowded)
        self.sizes: list[int] = []

    def feed(self, chunk: bytes) -> None:
        frames: list[bytes] = []
        self.splitter.feed(chunk, frames)
        if frames:
            self.queue.put(Batch(1.0, 1.0, STATE, frames))

    def take(self) -> None:
        """Finish the previous frames and take the queued ones."""
        while batch := self.queue.take(10, 0.0):
            self.sizes += map(len, batch.frames)
            if max(map(len, batch.frames)) > LARGE_FRAME:
                break


def chunks(data: bytes, at: int = 0) -> Iterator[bytes]:
    yield data[:at]
    for begin in range(at, len(data), CHUNK_BYTES):
        yield data[begin : begin + CHUNK_BYTES]


@both
@pytest.mark.parametrize("size", [LARGE_FRAME, LARGE_FRAME + 1, LARGE])
def test_a_large_frame_is_dropped_while_memory_is_full(
    cutter_of: type[YmqFrameSplitter | ZmtpFrameSplitter], head: Head, size: int
) -> None:
    splitter, frames = cutter_of(LARGE, lambda: True), list[bytes]()
    for chunk in chunks(head(size) + bytes(size) + head(4) + b"next"):
        splitter.feed(chunk, frames)
    assert [len(frame) for frame in frames] == ([size, 4] if size <= LARGE_FRAME else [4])
    assert (splitter.shed, splitter.oversized) == (int(size > LARGE_FRAME), 0)


@both
@pytest.mark.parametrize("at", [0, 1, 1000], ids=["aligned", "a byte off", "in the middle"])
def test_one_of_many_large_frames_is_held_while_none_is_decoded(
    cutter_of: type[YmqFrameSplitter | ZmtpFrameSplitter], head: Head, at: int
) -> None:
    """The end of one frame and the beginning of the next are in one chunk."""
    queued = Queued(cutter_of)
    for chunk in chunks((head(LARGE) + bytes(LARGE)) * 5 + head(4) + b"next", at):
        queued.feed(chunk)
    assert (queued.splitter.shed, queued.queue.dropped) == (4, 0)
    queued.take()
    queued.take()
    assert queued.sizes == [LARGE, 4]


@both
@pytest.mark.parametrize("size", [LARGE_FRAME * 7 // 8, LARGE_FRAME, LARGE_FRAME + 1, LARGE])
def test_same_size_limit_fills_memory_and_is_skipped(
    cutter_of: type[YmqFrameSplitter | ZmtpFrameSplitter], head: Head, size: int
) -> None:
    queued = Queued(cutter_of)
    for chunk in chunks((head(size) + bytes(size)) * 2):
        queued.feed(chunk)
    assert queued.queue.is_crowded() == (size > LARGE_FRAME)
    assert queued.splitter.shed == int(size > LARGE_FRAME)
    assert queued.queue.dropped == 0


@both
def test_no_loss_if_frames_arrive_slower_than_they_are_decoded(
    cutter_of: type[YmqFrameSplitter | ZmtpFrameSplitter], head: Head
) -> None:
    """Each message begins in a new chunk, while the previous one is being decoded."""
    queued = Queued(cutter_of)
    for _ in range(4):
        for number, chunk in enumerate(chunks(head(LARGE) + bytes(LARGE))):
            if number * CHUNK_BYTES == LARGE_FRAME // 2:
                queued.take()  # the previous one is finished; the queue is empty
            queued.feed(chunk)
        queued.take()
        assert queued.queue.is_crowded()
    assert queued.sizes == [LARGE] * 4
    assert (queued.splitter.shed, queued.queue.dropped) == (0, 0)


def test_memory_full_is_called_once_per_frame() -> None:
    asked: list[int] = []

    def memory_full() -> bool:
        asked.append(splitter.message_bytes)
        return False

    splitter, frames = YmqFrameSplitter(LARGE, memory_full), list[bytes]()
    for chunk in chunks(ymq(LARGE) + bytes(LARGE)):
        splitter.feed(chunk, frames)
    assert len(frames) == len(asked) == 1
    assert LARGE_FRAME < asked[0] <= LARGE_FRAME + 2 * CHUNK_BYTES


@pytest.mark.parametrize(("memory_full", "held"), [(never_full, LARGE), (lambda: True, 0)])
def test_dropped_bytes_are_freed_immediately(memory_full: Callable[[], bool], held: int) -> None:
    splitter = YmqFrameSplitter(4 * LARGE, memory_full)
    tracemalloc.start()
    splitter.feed(ymq(4 * LARGE), [])
    for _ in range(LARGE // CHUNK_BYTES):
        splitter.feed(bytes(CHUNK_BYTES), [])
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= now < held + 2 * MIB
