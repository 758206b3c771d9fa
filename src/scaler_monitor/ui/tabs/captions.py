"""What stands above a table: how many rows it has, and how many it no longer has; and why it has none."""

from __future__ import annotations

from scaler_monitor.ui.figures.span import Line, Span
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.views.format import format_count, format_time
from scaler_monitor.views.page import Status

NOUNS = {
    "tasks": ("task", "tasks"),
    "events": ("event", "events"),
    "functions": ("function", "functions"),
    "machines": ("machine", "machines"),
    "clients": ("client", "clients"),
    "objects": ("object", "objects"),
    "processors": ("row", "rows"),  # a folded worker is one row, and so is one without processors
}

NEVER = {
    "managers": "no worker manager has reported",
    "workers": "no worker has connected",
    "processors": "no worker has reported processors: they start with its first task",
    "machines": "no machine known: releases before 2.9 do not tell workers' hosts",
    "clients": "no client has reported yet",
    "objects": "no object listed: releases before 2.9 list none",
}
SINCE = {"tasks": "task", "events": "change of a task's state", "functions": "task"}
"""What is known only from the moment on at which this monitor began to watch."""


def caption(table: str, window: RowWindow, listed_of: int | None = None, since: float | None = None) -> Line:
    """`37 of 911 tasks   1,203 older ones no longer held`; a table may list the biggest of `listed_of`.

    What only this monitor counts, it counts `since` (unix seconds).
    """
    one, many = NOUNS[table]
    line = [Span(" ")]
    if window.matched != window.total:
        line.append(Span(f"{window.matched:,} of "))
    line.append(Span(f"{window.total:,} {one if window.total == 1 else many}", bold=True))
    if since is not None and table in SINCE:
        line.append(Span(f"   seen since {format_time(since)}", "dim"))
    if window.shed:
        line.append(Span(f"   {window.shed:,} older ones no longer held", "warn"))
    if window.left_out:
        line.append(Span(f"   {window.left_out:,} processor reports left out", "warn"))
    if listed_of is not None and listed_of > window.total:
        line.append(Span(f"   the biggest of {format_count(listed_of)} that the scheduler counts", "dim"))
    return line


def why_empty(table: str, status: Status) -> str:
    """Why a table has no rows at all: nothing was said yet, or nobody is there."""
    if table in SINCE:
        return f"no {SINCE[table]} seen since {format_time(status.started)}, when this monitor began to watch"
    if status.report_age_seconds is None:
        return "no report from the scheduler yet" if status.connected else "not connected to a scheduler yet"
    return NEVER.get(table, "none")
