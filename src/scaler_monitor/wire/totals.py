"""The scheduler's own totals: by task state and by message name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaler_monitor.wire.event import TASK_STATES


def state_name(number: int) -> str:
    """Return the name of a TaskState by its number on the wire."""
    return TASK_STATES[number] if number < len(TASK_STATES) else f"state<{number}>"


def read_state_totals(pairs: Sequence[tuple[int, int]]) -> dict[str, int] | None:
    """Return counts by state name; None where the list is filled wrongly (2.0.20 repeats state 0)."""
    if sum(1 for state, _ in pairs if state == 0) > 1:
        return None
    return {state_name(state): count for state, count in pairs}


def read_message_totals(pairs: Iterable[tuple[str, int]]) -> dict[str, int] | None:
    """Return counts by message name; None where the list is filled wrongly (2.0.20: names are empty)."""
    totals = dict(pairs)
    return None if "" in totals else totals
