"""Frames between the reader, which never waits, and the decoder, which may fall behind."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from struct import Struct as Packing

from scaler_monitor.wire.feed import FeedState
from scaler_monitor.wire.generation import identify
from scaler_monitor.wire.malformed import MalformedFrame

FRAME_LIMIT = 20_000
"""Frames that may wait; more, and task details are shed, oldest first."""

BYTE_LIMIT = 32 * 1024 * 1024
"""Bytes that may wait, likewise. The largest frame does not count where it is more than half of this: the
report of a huge fleet must not fall for what arrives behind it."""

_HEAD = Packing("<IIQHHIIHH")
_ONE_SEGMENT_ROOT = 0x0001_0001_0000_0000  # a struct right behind, one data word, one pointer


@dataclass(slots=True)
class Batch:
    """Frames that came together, and how the connection fared when they did."""

    arrived: float  # unix seconds
    state: FeedState
    frames: list[bytes]


def is_task_detail(frame: bytes) -> bool:
    """Tell by number and shape, in no time, whether a frame is a StateTask as schedulers write it."""
    if len(frame) < _HEAD.size:
        return False
    segments, _, root, number, _, _, _, data_words, pointers = _HEAD.unpack_from(frame)
    if segments or root != _ONE_SEGMENT_ROOT:
        return False
    try:
        return identify(number, (data_words, pointers), None)[1] == "stateTask"
    except MalformedFrame:
        return False


class FrameQueue:
    """A queue bounded in frames and bytes that sheds on its own side under overload.

    Task details go first, oldest first: counters come from the reports' totals and stay exact. Should
    what is left still be over the limits, as a flood of reports would, the oldest frames go, whatever
    they are, as each report replaces the one before. All that was shed is counted.
    """

    def __init__(self, frame_limit: int = FRAME_LIMIT, byte_limit: int = BYTE_LIMIT) -> None:
        self._frame_limit = frame_limit
        self._byte_limit = byte_limit
        self._batches: deque[Batch] = deque()
        self._frames = 0
        self._bytes = 0
        self._shed = 0
        self._filled = threading.Condition()

    @property
    def shed(self) -> int:
        """Frames dropped so far."""
        return self._shed

    def age(self, now: float) -> float:
        """Return for how many seconds the oldest frame has waited at unix time `now`."""
        try:
            return max(0.0, now - self._batches[0].arrived)
        except IndexError:
            return 0.0

    def put(self, batch: Batch) -> None:
        """Append, shedding what is over the limits; never waits for the decoder's work."""
        with self._filled:
            self._batches.append(batch)
            self._frames += len(batch.frames)
            self._bytes += sum(map(len, batch.frames))
            if self._over():
                self._shed_details()
                self._shed_oldest()
            self._filled.notify()

    def take(self, at_most: int, timeout: float) -> Batch | None:
        """Return up to `at_most` of the oldest frames, of one batch; None when none come in time."""
        with self._filled:
            if not self._batches and not self._filled.wait_for(lambda: bool(self._batches), timeout):
                return None
            batch = self._batches[0]
            if len(batch.frames) <= at_most:
                self._batches.popleft()
            else:
                rest = batch.frames[at_most:]
                batch = Batch(batch.arrived, batch.state, batch.frames[:at_most])
                self._batches[0] = Batch(batch.arrived, batch.state, rest)
            self._account(batch.frames)
            return batch

    def _over(self) -> bool:
        if self._frames > self._frame_limit:
            return True
        return self._bytes > self._byte_limit and self._bytes - self._largest() > self._byte_limit

    def _largest(self) -> int:
        """Bytes of the largest frame that waits, 0 where none is more than half of the limit."""
        sizes = (max(map(len, batch.frames), default=0) for batch in self._batches)
        largest = max(sizes, default=0)
        return largest if largest > self._byte_limit // 2 else 0

    def _account(self, gone: list[bytes]) -> None:
        self._frames -= len(gone)
        self._bytes -= sum(map(len, gone))

    def _shed_details(self) -> None:
        for batch in self._batches:
            kept = [frame for frame in batch.frames if not is_task_detail(frame)]
            if len(kept) < len(batch.frames):
                self._account(batch.frames)
                self._shed += len(batch.frames) - len(kept)
                self._frames += len(kept)
                self._bytes += sum(map(len, kept))
                batch.frames = kept
            if not self._over():
                return

    def _shed_oldest(self) -> None:
        while self._over() and self._frames > 1:
            oldest = next(batch for batch in self._batches if batch.frames)
            self._account(oldest.frames[:1])
            self._shed += 1
            del oldest.frames[0]
        while len(self._batches) > 1 and not self._batches[0].frames:
            if self._batches[0].state.phase != self._batches[1].state.phase:
                break
            self._batches.popleft()
