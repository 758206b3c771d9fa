"""Large frames come one at a time: while one waits or is decoded, little is held of another."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from tests.transport.hostile import MIB, ymq, zmtp

from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.source import Batch
from scaler_monitor.wire.byte_stream import CHUNK_BYTES
from scaler_monitor.wire.feed import FeedState
from scaler_monitor.wire.frame_cutter import FrameCutter, never
from scaler_monitor.wire.frame_stream import FrameStream
from scaler_monitor.wire.limits import LARGE_FRAME
from scaler_monitor.wire.zmtp_stream import ZmtpStream

STATE = FeedState("connected", "ymq", 2, 0.0, 1, "")
LARGE = 12 * MIB
Head = Callable[[int], bytes]

both = pytest.mark.parametrize(("cutter_of", "head"), [(FrameStream, ymq), (ZmtpStream, zmtp)])


class Queued:
    """A cutter whose frames go into a real queue behind each chunk, as the collector's reader puts them."""

    def __init__(self, cutter_of: Callable[[int, Callable[[], bool]], FrameCutter]) -> None:
        self.queue = FrameQueue()
        self.cutter = cutter_of(4 * LARGE, self.queue.is_crowded)
        self.sizes: list[int] = []

    def feed(self, chunk: bytes) -> None:
        frames: list[bytes] = []
        self.cutter.feed(chunk, frames)
        if frames:
            self.queue.put(Batch(1.0, 1.0, STATE, frames))

    def take(self) -> None:
        """Be done with the frames before, and take what waits."""
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
def test_of_one_that_comes_while_it_is_crowded_nothing_is_kept(
    cutter_of: type[FrameStream | ZmtpStream], head: Head, size: int
) -> None:
    cutter, frames = cutter_of(LARGE, lambda: True), list[bytes]()
    for chunk in chunks(head(size) + bytes(size) + head(4) + b"next"):
        cutter.feed(chunk, frames)
    assert [len(frame) for frame in frames] == ([size, 4] if size <= LARGE_FRAME else [4])
    assert (cutter.shed, cutter.oversized) == (int(size > LARGE_FRAME), 0)


@both
@pytest.mark.parametrize("at", [0, 1, 1000], ids=["aligned", "a byte off", "in the middle"])
def test_one_of_many_back_to_back_is_held_while_nobody_decodes(
    cutter_of: type[FrameStream | ZmtpStream], head: Head, at: int
) -> None:
    """The end of one and the beginning of the next come in one chunk."""
    queued = Queued(cutter_of)
    for chunk in chunks((head(LARGE) + bytes(LARGE)) * 5 + head(4) + b"next", at):
        queued.feed(chunk)
    assert (queued.cutter.shed, queued.queue.shed) == (4, 0)
    queued.take()
    queued.take()
    assert queued.sizes == [LARGE, 4]


@both
@pytest.mark.parametrize("size", [LARGE_FRAME * 7 // 8, LARGE_FRAME, LARGE_FRAME + 1, LARGE])
def test_what_makes_it_crowded_is_what_is_passed_over_where_it_is(
    cutter_of: type[FrameStream | ZmtpStream], head: Head, size: int
) -> None:
    queued = Queued(cutter_of)
    for chunk in chunks((head(size) + bytes(size)) * 2):
        queued.feed(chunk)
    assert queued.queue.is_crowded() == (size > LARGE_FRAME)
    assert queued.cutter.shed == int(size > LARGE_FRAME)
    assert queued.queue.shed == 0


@both
def test_nothing_is_lost_of_what_comes_more_slowly_than_it_is_decoded(
    cutter_of: type[FrameStream | ZmtpStream], head: Head
) -> None:
    """Each message begins in a chunk of its own, while the one before is being decoded."""
    queued = Queued(cutter_of)
    for _ in range(4):
        for number, chunk in enumerate(chunks(head(LARGE) + bytes(LARGE))):
            if number * CHUNK_BYTES == LARGE_FRAME // 2:
                queued.take()  # done with the one before; nothing else waits
            queued.feed(chunk)
        queued.take()
        assert queued.queue.is_crowded()
    assert queued.sizes == [LARGE] * 4
    assert (queued.cutter.shed, queued.queue.shed) == (0, 0)


def test_it_is_asked_once_whether_there_is_room() -> None:
    asked: list[int] = []

    def crowded() -> bool:
        asked.append(cutter.message_bytes)
        return False

    cutter, frames = FrameStream(LARGE, crowded), list[bytes]()
    for chunk in chunks(ymq(LARGE) + bytes(LARGE)):
        cutter.feed(chunk, frames)
    assert len(frames) == len(asked) == 1
    assert LARGE_FRAME < asked[0] <= LARGE_FRAME + 2 * CHUNK_BYTES


@pytest.mark.parametrize(("crowded", "held"), [(never, LARGE), (lambda: True, 0)])
def test_what_came_is_let_go_at_once(crowded: Callable[[], bool], held: int) -> None:
    cutter = FrameStream(4 * LARGE, crowded)
    tracemalloc.start()
    cutter.feed(ymq(4 * LARGE), [])
    for _ in range(LARGE // CHUNK_BYTES):
        cutter.feed(bytes(CHUNK_BYTES), [])
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= now < held + 2 * MIB
