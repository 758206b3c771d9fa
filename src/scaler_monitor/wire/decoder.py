"""Frames to events: the one door from the wire to everything behind it."""

from __future__ import annotations

from scaler_monitor.wire.event import Event
from scaler_monitor.wire.generation import Generation, generation_of, identify
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference import read_event
from scaler_monitor.wire.segments import Segments, Span

__all__ = ["Decoder", "MalformedFrame"]


class Decoder:
    """Decodes one scheduler's frames, of whatever release. For one thread; what it keeps is bounded."""

    def __init__(self) -> None:
        self._generation: Generation | None = None

    @property
    def generation(self) -> Generation | None:
        """The generation of the last event; None before the first."""
        return self._generation

    def decode(self, frame: bytes, ymq_version: int | None = None) -> Event:
        """Return the event in `frame`.

        `ymq_version` is the version byte of the YMQ handshake, None on ZMQ. Raises MalformedFrame.
        """
        segments = Segments(frame)
        root = segments.root()
        if not root.data_words:
            raise MalformedFrame("the message has no number")
        number = segments.word(root.at) & 0xFFFF
        body = segments.member(root, 0) or Span(root.at, root.segment, 0, 0)
        hint = generation_of(ymq_version) or self._generation
        generation, member = identify(number, body.shape, hint)
        event = read_event(frame, segments, body, generation, member)
        self._generation = generation
        return event
