"""Which generation of the wire a frame is of, which event it holds, and how that one's struct is laid out.

Number and shape of a message's member are unlike for every message that any release publishes, so one
frame is enough. A larger struct, as a coming release may bring, is taken for a known one only where nothing
else is meant: union numbers moved once, and no later release may be read as another message.
"""

from __future__ import annotations

from typing import Literal, get_args

from scaler_monitor.wire.layout import NOTHING, Layout, Shape, has_fields
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.schema import load_generation

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
"""As 1.12.7 alone has them: other fields at the same places, so one has exactly this shape or is none."""


def _numbers() -> dict[int, dict[Generation, Member]]:
    found: dict[int, dict[Generation, Member]] = {}
    for generation in GENERATIONS:
        fields = load_generation(generation).Message.schema.fields
        for member in MEMBERS:
            found.setdefault(fields[member].proto.discriminantValue, {})[generation] = member
    return found


MEMBERS_BY_NUMBER = _numbers()
"""By a message's number: what it is in each generation."""

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
    """Return generation and member of a message by its union number and its member's shape.

    `shape` is the member's data words and pointers. `hint` is the generation that YMQ's version or
    earlier frames tell. Raises MalformedFrame for a message that is not for monitors, for one with fewer
    fields than any release has, and for a larger one that may be of either generation.
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
    if len(found) > 1:  # any struct is as large as one that has no fields
        found = [known for known in found if least[known] != NOTHING]
    if len(found) != 1:
        what = "may be either of two" if found else "is none that a monitor knows"
        raise MalformedFrame(f"message number {number} of {shape[0]} words, {shape[1]} pointers {what}")
    return found[0]


def layout_of(generation: Generation, member: Member, shape: Shape) -> Layout:
    """Return the layout of a message's struct."""
    return (_EARLY if is_early(generation, member, shape) else LAYOUTS[generation])[member]


def is_early(generation: Generation, member: Member, shape: Shape) -> bool:
    """Tell whether a struct is laid out as in 1.12.7, which `EarlyMessage` reads."""
    return generation == 1 and member in _EARLY and shape == _EARLY[member].least


def generation_of(ymq_version: int | None) -> Generation | None:
    """Return the generation that goes with YMQ's version byte; None where it does not tell."""
    if ymq_version is None or ymq_version < 1:
        return None
    return 1 if ymq_version == 1 else 2
