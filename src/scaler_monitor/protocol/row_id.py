"""Ids of rows as they are shown.

A row's id is a worker's, manager's or client's id, a host, a function's name, a task's or object's hex id, an
event's sequence number, `WORKER/PID` for a processor (the worker's id where its processors are folded into
one row).
"""

from __future__ import annotations

from scaler_monitor.protocol.format.labels import format_name, format_object_id, format_task_id

NAMELESS = "\\nameless"
"""Row id of the function without a name; no cleaned name has a single backslash in front of an n."""


def format_row_id(row_id: str) -> str:
    """A row's id as it is shown: that of the function without a name is `(empty)`, as in its column."""
    return format_name("" if row_id == NAMELESS else row_id)


def format_entity_id(kind: str, row_id: str) -> str:
    """The id of a thing of a kind as its page is called: hex ids by their beginning, as in their column."""
    return {"task": format_task_id, "object": format_object_id}.get(kind, format_row_id)(row_id)
