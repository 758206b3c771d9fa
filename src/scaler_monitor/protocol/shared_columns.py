"""Columns that several tables share: one function per column, which returns its ColumnSpec.

`describe` is the column's help text in that table; `options` override fields of the ColumnSpec.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from scaler_monitor.protocol.table_spec import ColumnSpec

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Options(TypedDict, total=False):
    """Fields of ColumnSpec that a table may override."""

    title: str
    shortcut: str
    rank: int
    grow: int
    hidden: bool
    known_after_departure: bool
    omit_if_zero: bool
    field: str
    json: str


GROWTH_NOTE = "growth: most memory over that at its start"
"""Note of a table with `peak_memory`."""

# Ids and names; each refers to an entity with a page


def manager(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """A worker manager's id."""
    column = ColumnSpec("manager", "manager", "text", width, describe, grow=1, names="manager")
    return replace(column, **options)


def worker(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """A worker's id."""
    column = ColumnSpec("worker", "worker", "text", width, describe, grow=2, names="worker")
    return replace(column, **options)


def client(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """A client's id."""
    column = ColumnSpec("client", "client", "text", width, describe, grow=2, names="client")
    return replace(column, **options)


def host(describe: str = "Machine it runs on", width: int = 12, **options: Unpack[Options]) -> ColumnSpec:
    """A machine's host name."""
    column = ColumnSpec("host", "host", "text", width, describe, grow=1, names="machine")
    return replace(column, **options)


def function(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """A function's name, which may be empty."""
    column = ColumnSpec("function", "function", "name", width, describe, grow=2, names="function")
    return replace(column, **options)


def task(describe: str = "Task's id", width: int = 8, **options: Unpack[Options]) -> ColumnSpec:
    """A task's hex id; the cell shows its first digits."""
    return replace(ColumnSpec("task", "task", "task_id", width, describe, names="task"), **options)


def capabilities(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Names of capabilities as one text."""
    return replace(
        ColumnSpec("capabilities", "capabilities", "capabilities", 13, describe, grow=1), **options
    )


# Resource usage


def cpu(describe: str, width: int = 6, **options: Unpack[Options]) -> ColumnSpec:
    """CPU usage in percent of one core."""
    column = ColumnSpec("cpu", "cpu", "permille", width, describe, field="cpu_permille", json="cpu_percent")
    return replace(column, **options)


def rss(describe: str, width: int = 6, **options: Unpack[Options]) -> ColumnSpec:
    """Memory usage."""
    column = ColumnSpec("rss", "rss", "bytes", width, describe, field="rss_bytes", json="rss_bytes")
    return replace(column, **options)


def agent_cpu(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """CPU usage of agents only."""
    column = ColumnSpec(
        "agt_cpu", "agt_cpu", "permille", 8, describe, field="agent_cpu_permille", json="agent_cpu_percent"
    )
    return replace(column, **options)


def agent_rss(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Memory usage of agents only."""
    column = ColumnSpec(
        "agt_rss", "agt_rss", "bytes", 8, describe, field="agent_rss_bytes", json="agent_rss_bytes"
    )
    return replace(column, **options)


def rss_free(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """Free memory."""
    column = ColumnSpec(
        "rss_free", "rss_free", "bytes", width, describe, field="rss_free_bytes", json="rss_free_bytes"
    )
    return replace(column, **options)


def memory(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Used share of the available memory."""
    return replace(ColumnSpec("memory", "mem%", "permille", 6, describe), **options)


def net_sent(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Bytes that a machine has sent."""
    column = ColumnSpec(
        "net_sent", "net_out", "bytes", 8, describe, field="net_sent_bytes", json="net_sent_bytes"
    )
    return replace(column, **options)


def net_received(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Bytes that a machine has received."""
    column = ColumnSpec(
        "net_received", "net_in", "bytes", 7, describe, field="net_received_bytes", json="net_received_bytes"
    )
    return replace(column, **options)


def last_seen(describe: str = "Since its last heartbeat", **options: Unpack[Options]) -> ColumnSpec:
    """Seconds since the last heartbeat."""
    column = ColumnSpec(
        "last_seen", "seen", "age", 6, describe, field="last_seen_seconds", json="last_seen_seconds"
    )
    return replace(column, **options)


# Counts


def count(key: str, describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """A whole number; key, title and name in the JSON document are the same."""
    return replace(ColumnSpec(key, key, "count", width, describe, json=key), **options)


def parties(key: str, describe: str) -> ColumnSpec:
    """Number of workers or clients of a function, as far as they are kept."""
    text = f"{describe}; 3+: there were others, not remembered"
    return ColumnSpec(key, key, "count_or_more", 8, text, rank=4, json=key)


def queued(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Tasks in the queues of workers."""
    return count("queued", describe, 7, **options)


def suspended(describe: str, width: int, **options: Unpack[Options]) -> ColumnSpec:
    """Suspended processors."""
    return replace(count("suspended", describe, width, title="susp"), **options)


def failed(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Tasks that raised an exception or lost their worker."""
    return count("failed", describe, 7, **options)


def canceled(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Tasks that were canceled."""
    return replace(count("canceled", describe, 9, rank=3), **options)


# Times, durations, states

OVERDUE_NOTE = "! is overdue: far over what its function takes"
"""Explains the `!` before the age of an overdue task."""


def time(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Unix seconds, shown as the time of day."""
    return replace(ColumnSpec("time", "time", "time", 8, describe), **options)


def task_age(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Seconds since a task started on a processor."""
    return replace(ColumnSpec("task_age", "for", "task_age", 7, f"{describe}; {OVERDUE_NOTE}"), **options)


def over(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Factor by which an overdue task exceeds the usual duration."""
    return replace(ColumnSpec("over", "over", "ratio", 6, describe), **options)


def status(describe: str) -> ColumnSpec:
    """A task's state."""
    return ColumnSpec("status", "status", "text", 16, describe, json="status")


def peak_memory(describe: str, **options: Unpack[Options]) -> ColumnSpec:
    """Peak memory growth of a task."""
    return replace(ColumnSpec("peak_memory", "growth", "bytes", 7, describe), **options)
