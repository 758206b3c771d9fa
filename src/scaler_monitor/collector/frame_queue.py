"""The queue between the reader, which never blocks, and the decoder, which may be slower."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from itertools import islice

from scaler_monitor.collector.detail_frames import is_detail
from scaler_monitor.collector.source import Batch
from scaler_monitor.wire.frame_limits import LARGE_FRAME
from scaler_monitor.wire.generation import Generation, generation_of

FRAME_LIMIT = 20_000
"""Most frames in the queue; beyond it the oldest details are dropped."""

BYTE_LIMIT = 2 * LARGE_FRAME
"""Most bytes in the queue, likewise. A frame of more than half of it is not counted, so that the report of a
huge cluster is not dropped for later frames; the others are then limited to half."""


class FrameQueue:
    """A queue bounded in frames and bytes, which drops frames under overload. Thread-safe.

    The oldest details are dropped first: totals come from the reports and stay exact. If that is not enough,
    as for a flood of reports, the oldest frames of any kind are dropped, since each report replaces the one
    before. Dropped frames are counted.

    Above a limit, frames are dropped until a fifth of the limit is free, and no batch is searched for details
    twice: the cost per frame does not depend on the length of the queue.
    """

    def __init__(self, frame_limit: int = FRAME_LIMIT, byte_limit: int = BYTE_LIMIT) -> None:
        self.generation: Generation | None = None
        """Generation found by the decoder: ZMQ has no version from which to derive it."""
        self._frame_limit = frame_limit
        self._byte_limit = byte_limit
        self._batches: deque[Batch] = deque()
        self._searched = 0  # number of the oldest batches without details
        self._frames = 0
        self._bytes = 0
        self._huge: list[int] = []  # sizes of the waiting frames of more than half of the byte limit
        self._huge_taken = False
        self._dropped = 0
        self._filled = threading.Condition()

    @property
    def dropped(self) -> int:
        """Number of frames dropped so far."""
        return self._dropped

    def is_crowded(self) -> bool:
        """Return whether a frame of more than half of the byte limit waits or is being decoded."""
        return bool(self._huge) or self._huge_taken

    def age(self, now: float) -> float:
        """Return the age in seconds of the oldest frame; `now` is monotonic seconds."""
        try:
            return max(0.0, now - self._batches[0].steady)
        except IndexError:
            return 0.0

    def put(self, batch: Batch) -> None:
        """Append a batch, dropping frames beyond the limits; does not wait for the decoder."""
        with self._filled:
            self._batches.append(batch)
            self._count_in(batch.frames)
            if self._is_over(self._frame_limit, self._byte_limit):
                self._drop_details()
                self._drop_oldest()
                self._drop_emptied()
            self._filled.notify()

    def take(self, at_most: int, timeout: float, most_bytes: int | None = None) -> Batch | None:
        """Return up to `at_most` of the oldest frames, of one batch; None after `timeout` seconds.

        Together they have at most `most_bytes` bytes, or it is a single larger frame.
        """
        with self._filled:
            self._huge_taken = False  # the caller has decoded what it took before
            if not self._batches and not self._filled.wait_for(lambda: bool(self._batches), timeout):
                return None
            batch = self._batches[0]
            if most_bytes is not None:
                at_most = min(at_most, _fitting(batch.frames, at_most, most_bytes))
            if len(batch.frames) <= at_most:
                self._batches.popleft()
                self._searched = max(0, self._searched - 1)
            else:
                rest = batch.frames[at_most:]
                batch = replace(batch, frames=batch.frames[:at_most])
                self._batches[0] = replace(batch, frames=rest)
            self._huge_taken = any(map(self._is_huge, map(len, batch.frames)))
            self._count_out(batch.frames)  # after setting _huge_taken: the reader must see one of both
            return batch

    def _is_over(self, frames: int, size: int) -> bool:
        """Return whether more than this many frames or bytes wait, without the largest frame if huge."""
        if self._frames > frames:
            return True
        if self._bytes <= size:
            return False
        return self._bytes - max(self._huge) > size // 2 if self._huge else True

    def _is_full(self) -> bool:
        """Return whether less than a fifth of a limit is free."""
        return self._is_over(
            self._frame_limit - self._frame_limit // 5, self._byte_limit - self._byte_limit // 5
        )

    def _count_in(self, frames: list[bytes]) -> None:
        size = sum(map(len, frames))
        self._frames += len(frames)
        self._bytes += size
        if size > self._byte_limit // 2:
            self._huge += filter(self._is_huge, map(len, frames))

    def _count_out(self, frames: list[bytes]) -> None:
        size = sum(map(len, frames))
        self._frames -= len(frames)
        self._bytes -= size
        if size > self._byte_limit // 2:
            for huge in filter(self._is_huge, map(len, frames)):
                self._huge.remove(huge)

    def _is_huge(self, size: int) -> bool:
        return size > self._byte_limit // 2

    def _drop_details(self) -> None:
        for batch in islice(self._batches, self._searched, None):
            hint = generation_of(batch.state.ymq_version) or self.generation
            kept = [frame for frame in batch.frames if not is_detail(frame, hint)]
            self._searched += 1
            if len(kept) < len(batch.frames):
                self._dropped += len(batch.frames) - len(kept)
                self._count_out(batch.frames)
                self._count_in(kept)
                batch.frames = kept
            if not self._is_full():
                return

    def _drop_oldest(self) -> None:
        for batch in self._batches:
            gone = 0
            while gone < len(batch.frames) and self._frames > 1 and self._is_full():
                self._count_out(batch.frames[gone : gone + 1])
                gone += 1
            self._dropped += gone
            del batch.frames[:gone]
            if not self._is_full():
                return

    def _drop_emptied(self) -> None:
        """Remove each batch without frames if the next one has the same phase of the connection."""
        left: deque[Batch] = deque()
        searched = 0
        for number, batch in enumerate(self._batches):
            if left and not left[-1].frames and left[-1].state.phase == batch.state.phase:
                left.pop()
                searched = min(searched, len(left))
            left.append(batch)
            if number < self._searched:
                searched = len(left)
        self._batches, self._searched = left, searched


def _fitting(frames: list[bytes], at_most: int, most_bytes: int) -> int:
    """Return how many of the first frames have at most `most_bytes` bytes together; at least 1."""
    size = 0
    for number, frame in enumerate(islice(frames, at_most)):
        size += len(frame)
        if size > most_bytes:
            return max(number, 1)
    return at_most
