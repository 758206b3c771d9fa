"""Columns that several tables have, one function each: a table says how wide, and what it means there.

`options` are fields of `ColumnSpec`.
"""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.table_spec import ColumnSpec

GROWTH = "growth: most memory over that at its start"
"""A table's note on `peak_memory`."""

# Names, each of which leads to the page of what it names


def manager(describe: str, width: int, *, grow: int = 1, **options: Any) -> ColumnSpec:
    """A worker manager's id."""
    return ColumnSpec("manager", "manager", "text", width, describe, grow=grow, names="manager", **options)


def worker(describe: str, width: int, *, grow: int = 2, **options: Any) -> ColumnSpec:
    """A worker's id."""
    return ColumnSpec("worker", "worker", "text", width, describe, grow=grow, names="worker", **options)


def client(describe: str, width: int, *, grow: int = 2, **options: Any) -> ColumnSpec:
    """A client's id."""
    return ColumnSpec("client", "client", "text", width, describe, grow=grow, names="client", **options)


def host(
    describe: str = "Machine it runs on", width: int = 12, *, grow: int = 1, **options: Any
) -> ColumnSpec:
    """A machine's name."""
    return ColumnSpec("host", "host", "text", width, describe, grow=grow, names="machine", **options)


def function(describe: str, width: int, *, grow: int = 2, **options: Any) -> ColumnSpec:
    """A function's name, which may be empty."""
    return ColumnSpec("function", "function", "name", width, describe, grow=grow, names="function", **options)


def task(describe: str = "Task's id", width: int = 8, **options: Any) -> ColumnSpec:
    """A task's hex id, shown by its beginning."""
    return ColumnSpec("task", "task", "task_id", width, describe, names="task", **options)


def capabilities(describe: str, **options: Any) -> ColumnSpec:
    """The names of a set of capabilities in one text."""
    return ColumnSpec("capabilities", "capabilities", "capabilities", 13, describe, grow=1, **options)


# What machines give


def cpu(describe: str, width: int = 6, **options: Any) -> ColumnSpec:
    """CPU in percent of one core."""
    options = {"field": "cpu_permille", "json": "cpu_percent"} | options
    return ColumnSpec("cpu", "cpu", "permille", width, describe, **options)


def rss(describe: str, width: int = 6, **options: Any) -> ColumnSpec:
    """Memory held."""
    options = {"field": "rss_bytes", "json": "rss_bytes"} | options
    return ColumnSpec("rss", "rss", "bytes", width, describe, **options)


def agent_cpu(describe: str, **options: Any) -> ColumnSpec:
    """CPU of agents alone."""
    options = {"field": "agent_cpu_permille", "json": "agent_cpu_percent"} | options
    return ColumnSpec("agt_cpu", "agt_cpu", "permille", 8, describe, **options)


def agent_rss(describe: str, **options: Any) -> ColumnSpec:
    """Memory of agents alone."""
    options = {"field": "agent_rss_bytes", "json": "agent_rss_bytes"} | options
    return ColumnSpec("agt_rss", "agt_rss", "bytes", 8, describe, **options)


def rss_free(describe: str, width: int, *, title: str = "rss_free", **options: Any) -> ColumnSpec:
    """Memory left."""
    options = {"field": "rss_free_bytes", "json": "rss_free_bytes"} | options
    return ColumnSpec("rss_free", title, "bytes", width, describe, **options)


def memory(describe: str, *, title: str = "mem%", **options: Any) -> ColumnSpec:
    """Memory in use, as a share of what there is."""
    return ColumnSpec("memory", title, "permille", 6, describe, **options)


def net_sent(describe: str, **options: Any) -> ColumnSpec:
    """Bytes that a machine has sent."""
    options = {"field": "net_sent_bytes", "json": "net_sent_bytes"} | options
    return ColumnSpec("net_sent", "net_out", "bytes", 8, describe, **options)


def net_received(describe: str, **options: Any) -> ColumnSpec:
    """Bytes that a machine has received."""
    options = {"field": "net_received_bytes", "json": "net_received_bytes"} | options
    return ColumnSpec("net_received", "net_in", "bytes", 7, describe, **options)


def last_seen(describe: str = "Since its last heartbeat", **options: Any) -> ColumnSpec:
    """Seconds since something was heard of last."""
    options = {"field": "last_seen_seconds", "json": "last_seen_seconds"} | options
    return ColumnSpec("last_seen", "seen", "age", 6, describe, **options)


# How many


def count(key: str, describe: str, width: int, **options: Any) -> ColumnSpec:
    """A whole number under its own name, which the document has too."""
    options = {"title": key, "json": key} | options
    return ColumnSpec(key, kind="count", width=width, describe=describe, **options)


def parties(key: str, describe: str) -> ColumnSpec:
    """How many workers, or clients, a function is remembered with."""
    told = f"{describe}; 3+: there were others, not remembered"
    return ColumnSpec(key, key, "count_or_more", 8, told, rank=4, json=key)


def queued(describe: str, **options: Any) -> ColumnSpec:
    """Tasks in workers' own queues."""
    return count("queued", describe, 7, **options)


def suspended(describe: str, width: int, **options: Any) -> ColumnSpec:
    """Suspended processors."""
    return count("suspended", describe, width, title="susp", **options)


def failed(describe: str, **options: Any) -> ColumnSpec:
    """Tasks that raised or lost their worker."""
    return count("failed", describe, 7, **options)


def canceled(describe: str, **options: Any) -> ColumnSpec:
    """Tasks that were canceled."""
    return count("canceled", describe, 9, rank=3, **options)


# When, how long, in which state

FAR = "! is overdue: far over what its function takes"
"""What the mark says that stands before the age of such a task."""


def time(describe: str, **options: Any) -> ColumnSpec:
    """Unix seconds, shown as the time of day."""
    return ColumnSpec("time", "time", "time", 8, describe, **options)


def task_age(describe: str, **options: Any) -> ColumnSpec:
    """Seconds that a task has been on a processor."""
    return ColumnSpec("task_age", "for", "task_age", 7, f"{describe}; {FAR}", **options)


def over(describe: str, **options: Any) -> ColumnSpec:
    """How many times the usual a task has been on a processor, if that is far over it."""
    return ColumnSpec("over", "over", "ratio", 6, describe, **options)


def status(describe: str) -> ColumnSpec:
    """A task's state."""
    return ColumnSpec("status", "status", "text", 16, describe, json="status")


def peak_memory(describe: str, **options: Any) -> ColumnSpec:
    """Memory that a task grew by."""
    return ColumnSpec("peak_memory", "growth", "bytes", 7, describe, **options)
