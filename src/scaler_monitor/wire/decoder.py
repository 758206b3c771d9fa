"""Decodes frames into events. All other packages get their events from here."""

from __future__ import annotations

from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.event import Event
from scaler_monitor.wire.fast_scheduler import read_scheduler_fast
from scaler_monitor.wire.fast_task import FastTaskReader
from scaler_monitor.wire.frame_header import open_message
from scaler_monitor.wire.generation import Generation, generation_of, identify
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.segments import UnusualLayout

__all__ = ["Decoder", "MalformedFrame"]


REFERENCE_FRAME_LIMIT = 8 * 2**20
"""Bytes of the largest frame given to pycapnp, which takes 20 times the CPU and memory of our own readers."""

_REPORTS = ("stateScheduler", "stateObject")


class Decoder:
    """Decodes the frames of one connection, of any release. Not thread-safe; its caches are bounded."""

    def __init__(self, cache: DecodeCache | None = None) -> None:
        self._generation: Generation | None = None
        self._ymq_version: int | None = None
        self._ymq_generation: Generation | None = None
        self._cache = cache or DecodeCache()
        self._tasks = FastTaskReader(self._cache)

    @property
    def generation(self) -> Generation | None:
        """The generation of the last event; None before the first."""
        return self._generation

    def decode(self, frame: bytes, ymq_version: int | None = None) -> Event:
        """Decode `frame` and return its event. Raises MalformedFrame.

        `ymq_version` is the version byte of the YMQ handshake, None for ZMQ.
        """
        if ymq_version != self._ymq_version:
            self._ymq_version, self._ymq_generation = ymq_version, generation_of(ymq_version)
        hint = self._ymq_generation or self._generation
        header = self._tasks.header(frame, hint)
        if header is not None:
            try:
                task = self._tasks.read(frame, header)
            except UnusualLayout:
                pass
            else:
                self._generation = header.generation
                return task
        return self._decode_other(frame, hint)

    def _decode_other(self, frame: bytes, hint: Generation | None) -> Event:
        number, body, segments = open_message(frame)
        generation, member = identify(number, body.shape, hint)
        event: Event
        made = self._cache.created_bytes
        try:
            if member != "stateScheduler":
                raise UnusualLayout(member)
            event = read_scheduler_fast(segments, body, generation, self._cache)
        except UnusualLayout:
            if len(frame) > REFERENCE_FRAME_LIMIT:
                raise MalformedFrame(f"{member} of {len(frame)} bytes, in no usual layout") from None
            event = read_event(frame, generation, member, self._cache)
        if member in _REPORTS:
            self._cache.exclude_report(made)
        self._generation = generation
        return event
