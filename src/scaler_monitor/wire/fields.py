"""Decoding of fields whose content differs between releases: a task's profile, the scheduler's totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct as Packing

from scaler_monitor.wire.event import TASK_STATES, Profile

_PROFILE = Packing("!fQf")


def read_profile(metadata: bytes) -> Profile | None:
    """Return the ProfileResult in `metadata`; None for a wrong length, or for times out of range."""
    if len(metadata) != 16:
        return None
    seconds, grown, cpu_seconds = _PROFILE.unpack(metadata)
    if 0.0 <= seconds < 1e30 and 0.0 <= cpu_seconds < 1e30:
        return Profile(seconds, grown, cpu_seconds)
    return None


def state_name(number: int) -> str:
    """Return the name of a TaskState by its number on the wire."""
    return TASK_STATES[number] if number < len(TASK_STATES) else f"state<{number}>"


def read_state_totals(pairs: Sequence[tuple[int, int]]) -> dict[str, int] | None:
    """Return counts by state name; None if state 0 is repeated (2.0.20 fills the list wrongly)."""
    if sum(1 for state, _ in pairs if state == 0) > 1:
        return None
    return {state_name(state): count for state, count in pairs}


def read_message_totals(pairs: Iterable[tuple[str, int]]) -> dict[str, int] | None:
    """Return counts by message name; None if a name is empty (2.0.20 fills the list wrongly)."""
    totals = dict(pairs)
    return None if "" in totals else totals
