"""How much of everything the model keeps. What falls out is counted where it falls out.

A name, an id and a list of capabilities is bounded where it is decoded (`wire.frame_limits`), so that each
limit in entries is one in bytes as well. The most that a task record takes is 2.8 kB: four names of 160
bytes, a list of 1,600, an id of 97, and the record; what all of them name is bounded in bytes, too. Long
names and lists, kept whole up to a limit of their own, are shared by all that name them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A named limit for each container of the model."""

    tasks: int = 50_000
    """Task records."""
    tasks_memory: int = 24 << 20
    """Bytes of memory of what those records name: names, ids and lists that came with them."""
    events: int = 50_000
    """Entries of the event log."""
    events_memory: int = 12 << 20
    """Bytes of memory of what those entries name: names, ids and lists that came with them."""
    report_events: int = 4_000
    """Entries that one report may write about tasks on processors; the log says how many it left out."""
    functions: int = 2_000
    """Functions told apart; the rest goes into one that is named `model.functions.OTHER`."""
    names_per_function: int = 1_000
    """Workers, and clients, remembered for one function."""
    function_names: int = 250_000
    """Workers and clients remembered for all functions together: about 10 MB, and as much again where a
    frozen picture has other ones."""
    function_names_memory: int = 12 << 20
    """Bytes of memory of their names, each counted once."""
    clients: int = 2_000
    """Clients whose tasks are counted apart."""
    workers: int = 100_000
    """Workers whose capabilities are remembered."""
    capabilities_memory: int = 24 << 20
    """Bytes of memory of the names of those, and of their lists of capabilities, equal ones counted once."""
    announced: int = 20_000
    """Workers whose hello or goodbye between two reports is remembered."""
    departed: int = 10_000
    """Workers, and managers, that have left and are still shown."""
    departed_seconds: float = 120.0
    """How long those are shown."""
    spans: int = 300_000
    """Spans of the timeline kept each by itself."""
    lasting_spans: int = 100_000
    """Spans of half a minute and more that are kept by themselves after they left the `spans`."""
    timeline_workers: int = 20_000
    """Workers with a lane in the timeline."""
    timeline_names: int = 4_096
    """Functions, and capability sets, told apart in the timeline."""
    history_seconds: int = 1_800
    """How far back timeline, memory and cpu go."""
    gaps: int = 200
    """Times without a connection."""
    message_names: int = 200
    """NameTable of messages, and of task states, counted apart."""
