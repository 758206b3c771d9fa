"""The reading side of a live source."""

from __future__ import annotations

import threading
import weakref

from tests.collector.test_watch import STATE, StillFeed, report
from tests.watched import until

from scaler_monitor.collector.live_source import LiveSource


class Frames(list[bytes]):
    """A list that weak references can refer to."""


class OneRead(StillFeed):
    """A feed that returns one list of frames, and then waits."""

    state = STATE

    def __init__(self) -> None:
        frames = Frames([report()])
        self.returned = weakref.ref(frames)
        self.waiting, self.closed = threading.Event(), threading.Event()
        self._frames: Frames | None = frames

    def read(self, timeout: float) -> list[bytes]:
        if self._frames is not None:
            frames, self._frames = self._frames, None
            return frames
        self.waiting.set()
        self.closed.wait(60.0)
        return []

    def close(self) -> None:
        self.closed.set()


def test_a_frame_that_was_taken_is_not_held_while_the_next_is_received() -> None:
    feed, stopping = OneRead(), threading.Event()
    source = LiveSource("tcp://127.0.0.1:1", feed)
    reader = threading.Thread(target=source.fetch, args=(stopping,))
    reader.start()
    try:
        assert feed.waiting.wait(60.0)
        batch = source.take(500, 60.0, 1 << 20)
        assert batch is not None
        assert len(batch.frames) == 1
        batch.frames = []
        until(lambda: feed.returned() is None, 20.0)
    finally:
        stopping.set()
        source.close()
        reader.join()
