"""Which generation of the wire a frame is of, and which event it holds.

Number and shape of a message's member are unlike for every message that any release publishes, so one
frame is enough. Only a shape not seen yet, as a coming release may bring, needs YMQ's version or what
earlier frames told.
"""

from __future__ import annotations

from typing import Literal, get_args

from scaler_monitor.wire.malformed import MalformedFrame

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

MEMBERS: tuple[Member, ...] = get_args(Member)
FIRST_NUMBER: dict[Generation, int] = {1: 13, 2: 11}
"""The union number of the first of MEMBERS; the others follow it."""

EARLY_TASK = (1, 4)
"""Shape of 1.12.7's StateTask: no capabilities."""
EARLY_WORKER = (0, 2)
"""Shape of 1.12.7's StateWorker: a text instead of a state, no capabilities."""

_SHAPES: dict[tuple[int, int, int], tuple[Generation, Member]] = {
    (13, 0, 0): (1, "stateClient"),
    (14, 0, 0): (1, "stateObject"),
    (15, 0, 2): (1, "stateBalanceAdvice"),
    (16, 1, 7): (1, "stateScheduler"),
    (17, 0, 2): (1, "stateWorker"),
    (17, 1, 2): (1, "stateWorker"),
    (18, 1, 4): (1, "stateTask"),
    (18, 1, 5): (1, "stateTask"),
    (19, 1, 3): (1, "stateGraphTask"),
    (11, 0, 0): (2, "stateClient"),
    (12, 0, 0): (2, "stateObject"),
    (12, 1, 1): (2, "stateObject"),
    (13, 0, 2): (2, "stateBalanceAdvice"),
    (14, 1, 7): (2, "stateScheduler"),
    (15, 1, 2): (2, "stateWorker"),
    (16, 1, 5): (2, "stateTask"),
    (16, 2, 7): (2, "stateTask"),
    (17, 1, 3): (2, "stateGraphTask"),
}


def identify(number: int, shape: tuple[int, int], hint: Generation | None) -> tuple[Generation, Member]:
    """Return generation and member of a message by its union number and its member's shape.

    `shape` is the member's data words and pointers. `hint` is the generation that YMQ's version or
    earlier frames tell. Raises MalformedFrame for a message that is not for monitors.
    """
    known = _SHAPES.get((number, *shape))
    if known is not None:
        return known
    likely: tuple[Generation, ...] = (1, 2) if hint == 1 else (2, 1)
    for generation in likely:
        index = number - FIRST_NUMBER[generation]
        if 0 <= index < len(MEMBERS):
            return generation, MEMBERS[index]
    raise MalformedFrame(f"message number {number} is none that a monitor knows")


def generation_of(ymq_version: int | None) -> Generation | None:
    """Return the generation that goes with YMQ's version byte; None where it does not tell."""
    if ymq_version is None or ymq_version < 1:
        return None
    return 1 if ymq_version == 1 else 2
