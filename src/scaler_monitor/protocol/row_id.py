"""Row ids and their display form.

A row id is the id of a worker, manager or client, a host, a function's name, the hex id of a task or object,
the sequence number of an event, or `WORKER/PID` for a processor (the worker's id if the worker is folded).
"""

from __future__ import annotations

from scaler_monitor.protocol.format.labels import format_name, format_object_id, format_task_id

NAMELESS = "\\nameless"
"""Row id of the function with an empty name; no sanitized name has a single backslash before an n."""


def format_row_id(row_id: str) -> str:
    """Return a row id for display: `(empty)` for the function with an empty name, as in its column."""
    return format_name("" if row_id == NAMELESS else row_id)


def format_entity_id(kind: str, row_id: str) -> str:
    """Return the id of an entity for the title of its page; hex ids are shortened, as in their column."""
    return {"task": format_task_id, "object": format_object_id}.get(kind, format_row_id)(row_id)
