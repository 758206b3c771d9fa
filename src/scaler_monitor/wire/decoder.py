"""Frames to events: the one door from the wire to everything behind it."""

from __future__ import annotations

from scaler_monitor.wire.event import Event
from scaler_monitor.wire.fast_scheduler import read_scheduler_fast
from scaler_monitor.wire.fast_task import FastTasks
from scaler_monitor.wire.generation import Generation, generation_of, identify
from scaler_monitor.wire.head import open_message
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.segments import OddLayout

__all__ = ["Decoder", "MalformedFrame"]


RARE_FRAME_LIMIT = 8 * 2**20
"""Bytes of the largest frame given to pycapnp, which takes 20 times the CPU and memory of our own readers."""

_REPORTS = ("stateScheduler", "stateObject")


class Decoder:
    """Decodes the frames of one connection, of whatever release. For one thread; what it keeps is bounded."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._generation: Generation | None = None
        self._ymq_version: int | None = None
        self._of_ymq: Generation | None = None
        self._kept = kept or Kept()
        self._tasks = FastTasks(self._kept)

    @property
    def generation(self) -> Generation | None:
        """The generation of the last event; None before the first."""
        return self._generation

    def decode(self, frame: bytes, ymq_version: int | None = None) -> Event:
        """Return the event in `frame`.

        `ymq_version` is the version byte of the YMQ handshake, None on ZMQ. Raises MalformedFrame.
        """
        if ymq_version != self._ymq_version:
            self._ymq_version, self._of_ymq = ymq_version, generation_of(ymq_version)
        hint = self._of_ymq or self._generation
        heading = self._tasks.heading(frame, hint)
        if heading is not None:
            try:
                task = self._tasks.read(frame, heading)
            except OddLayout:
                pass
            else:
                self._generation = heading.generation
                return task
        return self._decode_other(frame, hint)

    def _decode_other(self, frame: bytes, hint: Generation | None) -> Event:
        number, body, segments = open_message(frame)
        generation, member = identify(number, body.shape, hint)
        event: Event
        made = self._kept.made
        try:
            if member != "stateScheduler":
                raise OddLayout(member)
            event = read_scheduler_fast(segments, body, generation, self._kept)
        except OddLayout:
            if len(frame) > RARE_FRAME_LIMIT:
                raise MalformedFrame(f"{member} of {len(frame)} bytes, in no usual layout") from None
            event = read_event(frame, generation, member, self._kept)
        if member in _REPORTS:
            self._kept.leave_out(made)
        self._generation = generation
        return event
