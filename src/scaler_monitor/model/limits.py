"""The limits of the containers in the model. Each container counts what it evicts.

The decoder bounds the length of names, ids and lists of capabilities (`wire.frame_limits`), so each limit in
entries bounds the bytes too. A task record takes at most 2.8 kB: four names of 160 bytes, a list of 1,600, an
id of 97, and the record itself; the bytes of all records together are bounded as well. Equal names and lists
are shared.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """One limit per container of the model."""

    tasks: int = 50_000
    """Task records."""
    tasks_memory: int = 24 << 20
    """Bytes of the names, ids and lists of those records."""
    events: int = 50_000
    """Entries of the event log."""
    events_memory: int = 12 << 20
    """Bytes of the names, ids and lists of those entries."""
    report_events: int = 4_000
    """Log entries per report about tasks on processors; the log counts the omitted ones."""
    functions: int = 2_000
    """Functions with an entry of their own; others are folded into `model.functions.OTHER`."""
    names_per_function: int = 1_000
    """Names of workers, and of clients, stored per function."""
    function_names: int = 250_000
    """Names of workers and clients stored for all functions together: about 10 MB, and up to the same again
    in a snapshot."""
    function_names_memory: int = 12 << 20
    """Bytes of those names, each counted once."""
    clients: int = 2_000
    """Clients with a tally of their own."""
    workers: int = 100_000
    """Workers whose capabilities are stored."""
    capabilities_memory: int = 24 << 20
    """Bytes of their names and lists of capabilities; equal lists are counted once."""
    announced: int = 20_000
    """Workers whose connection or disconnection between two reports is stored."""
    departed: int = 10_000
    """Departed workers, and managers, that are still displayed."""
    departed_seconds: float = 120.0
    """How long those are displayed."""
    spans: int = 300_000
    """Spans of the timeline that are stored individually."""
    lasting_spans: int = 100_000
    """Spans of half a minute or more that are stored individually after they were evicted from `spans`."""
    timeline_workers: int = 20_000
    """Workers with a lane in the timeline."""
    timeline_names: int = 4_096
    """Functions, and capability sets, with a name in the timeline."""
    history_seconds: int = 1_800
    """Length of timeline and history."""
    gaps: int = 200
    """Periods without a connection."""
    message_names: int = 200
    """Names of messages, and of task states, with a counter of their own."""
