"""Which workers of the task stream are unfolded into lanes, and which are not."""

from __future__ import annotations

from scaler_monitor.views.page import StreamLane

EVERY = "*"
"""All workers that nothing else was said of."""


class StreamFolds:
    """What somebody asked for; all other workers are unfolded where the whole fleet has room for it."""

    def __init__(self) -> None:
        self.folded: set[str] = set()
        self.unfolded: set[str] = set()

    def turn(self, worker: str, lanes: list[StreamLane]) -> None:
        """Fold a worker that is drawn in several `lanes`, unfold one that is not; EVERY is all of them."""
        several = any(lane.lane for lane in lanes if worker in (lane.worker, EVERY))
        if worker == EVERY:
            self.folded.clear()
            self.unfolded.clear()
        into, out_of = (self.folded, self.unfolded) if several else (self.unfolded, self.folded)
        into.add(worker)
        out_of.discard(worker)
