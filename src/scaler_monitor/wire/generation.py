"""Identifies a frame: its wire generation, its message type, and the layout of its struct.

The union number and the struct's shape are unique for every message of every release, so one frame is enough.
A larger struct of a future release is accepted as a known message only if that is unambiguous: union numbers
changed once, and no message may be decoded as another one.
"""

from __future__ import annotations

from typing import Literal, get_args

from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.struct_layout import EMPTY_SHAPE, Layout, Shape, has_fields

Generation = Literal[1, 2]
Member = Literal[
    "stateClient",
    "stateObject",
    "stateBalanceAdvice",
    "stateScheduler",
    "stateWorker",
    "stateTask",
    "stateGraphTask",
]

GENERATIONS: tuple[Generation, ...] = get_args(Generation)
MEMBERS: tuple[Member, ...] = get_args(Member)


def _members(message: str, generation: Generation) -> dict[Member, Layout]:
    fields = getattr(load_generation(generation), message).schema.fields
    return {member: Layout(fields[member].schema) for member in MEMBERS}


LAYOUTS: dict[Generation, dict[Member, Layout]] = {
    generation: _members("Message", generation) for generation in GENERATIONS
}
_EARLY = {
    member: layout
    for member, layout in _members("EarlyMessage", 1).items()
    if layout.shapes != LAYOUTS[1][member].shapes
}
"""Layouts of release 1.12.7 only. They have other fields at the same offsets, so only the exact shape
matches."""


def _numbers() -> dict[int, dict[Generation, Member]]:
    found: dict[int, dict[Generation, Member]] = {}
    for generation in GENERATIONS:
        fields = load_generation(generation).Message.schema.fields
        for member in MEMBERS:
            found.setdefault(fields[member].proto.discriminantValue, {})[generation] = member
    return found


MEMBERS_BY_NUMBER = _numbers()
"""The message type in each generation, by union number."""

_PUBLISHED: dict[tuple[int, Shape], tuple[Generation, Member]] = {
    (number, shape): (generation, member)
    for number, members in MEMBERS_BY_NUMBER.items()
    for generation, member in members.items()
    for shape in (
        *LAYOUTS[generation][member].shapes,
        *(_EARLY[member].shapes if generation == 1 and member in _EARLY else ()),
    )
}


def identify(number: int, shape: Shape, hint: Generation | None) -> tuple[Generation, Member]:
    """Return the generation and the message type for a union number and the shape of its struct.

    `hint` is the generation known from the YMQ version or from earlier frames. Raises MalformedFrame for a
    message that is not sent to monitors, for a struct smaller than in any release, and for a larger one that
    may be of either generation.
    """
    known = _PUBLISHED.get((number, shape))
    if known is not None:
        return known
    members = MEMBERS_BY_NUMBER.get(number)
    if members is None:
        raise MalformedFrame(f"message number {number} is none that a monitor knows")
    least = {
        (generation, member): LAYOUTS[generation][member].least
        for generation, member in members.items()
        if hint in (None, generation)
    }
    found = [known for known, smallest in least.items() if has_fields(shape, *smallest)]
    if len(found) > 1:  # every shape matches a struct that has no fields
        found = [known for known in found if least[known] != EMPTY_SHAPE]
    if len(found) != 1:
        what = "may be either of two" if found else "is none that a monitor knows"
        raise MalformedFrame(f"message number {number} of {shape[0]} words, {shape[1]} pointers {what}")
    return found[0]


def layout_of(generation: Generation, member: Member, shape: Shape) -> Layout:
    """Return the layout of a message's struct."""
    return (_EARLY if is_early(generation, member, shape) else LAYOUTS[generation])[member]


def is_early(generation: Generation, member: Member, shape: Shape) -> bool:
    """Return whether a struct has the layout of 1.12.7, which the schema's `EarlyMessage` reads."""
    return generation == 1 and member in _EARLY and shape == _EARLY[member].least


def generation_of(ymq_version: int | None) -> Generation | None:
    """Return the generation for YMQ's version byte; None if it is unknown."""
    if ymq_version is None or ymq_version < 1:
        return None
    return 1 if ymq_version == 1 else 2
