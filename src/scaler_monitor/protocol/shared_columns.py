"""Columns that several tables have, one function each: a table says how wide, and what it means there."""

from __future__ import annotations

from scaler_monitor.protocol import tones as t
from scaler_monitor.protocol.column import Column
from scaler_monitor.protocol.format import amounts, durations, labels

GROWTH = "growth: most memory over that at its start"
"""A table's note on `peak_memory`."""

# Names


def manager(describe: str, width: int, *, shortcut: str = "", rank: int = 0, grow: int = 1) -> Column:
    """A worker manager's id."""
    return _text("manager", width, describe, shortcut=shortcut, rank=rank, grow=grow)


def worker(describe: str, width: int, *, shortcut: str = "", grow: int = 2) -> Column:
    """A worker's id."""
    return _text("worker", width, describe, shortcut=shortcut, grow=grow)


def client(describe: str, width: int, *, rank: int = 0, grow: int = 2) -> Column:
    """A client's id."""
    return _text("client", width, describe, rank=rank, grow=grow)


def host(describe: str = "Machine it runs on", width: int = 12, *, rank: int = 0, grow: int = 1) -> Column:
    """A machine's name."""
    return _text("host", width, describe, rank=rank, grow=grow)


def function(describe: str, width: int, *, rank: int = 0, grow: int = 2) -> Column:
    """A function's name, which may be empty."""
    return Column(
        "function",
        "function",
        width,
        labels.format_name,
        align="left",
        rank=rank,
        grow=grow,
        describe=describe,
    )


def task(describe: str = "Task's id", width: int = 8, *, rank: int = 0) -> Column:
    """A task's hex id, shown by its beginning."""
    return Column("task", "task", width, labels.format_task_id, align="left", rank=rank, describe=describe)


def capabilities(describe: str, *, rank: int) -> Column:
    """The names of a set of capabilities in one text."""
    return Column(
        "capabilities",
        "capabilities",
        13,
        labels.format_capabilities,
        align="left",
        rank=rank,
        grow=1,
        describe=describe,
    )


def _text(key: str, width: int, describe: str, *, shortcut: str = "", rank: int = 0, grow: int = 0) -> Column:
    return Column(
        key,
        key,
        width,
        labels.format_text,
        align="left",
        shortcut=shortcut,
        rank=rank,
        grow=grow,
        describe=describe,
    )


# What machines give: raw CPU is in tenths of a percent of one core, memory in bytes


def cpu(describe: str, width: int = 6, *, shortcut: str = "", rank: int = 0) -> Column:
    """CPU in percent of one core."""
    return Column(
        "cpu", "cpu", width, amounts.format_permille, shortcut=shortcut, rank=rank, describe=describe
    )


def rss(describe: str, width: int = 6, *, shortcut: str = "", rank: int = 0) -> Column:
    """Memory held."""
    return Column("rss", "rss", width, amounts.format_bytes, shortcut=shortcut, rank=rank, describe=describe)


def rss_free(describe: str, width: int, *, title: str = "rss_free", shortcut: str = "", rank: int) -> Column:
    """Memory left."""
    return Column(
        "rss_free", title, width, amounts.format_bytes, shortcut=shortcut, rank=rank, describe=describe
    )


def memory(describe: str, *, title: str = "mem%") -> Column:
    """Memory in use, as a share of what there is."""
    return Column("memory", title, 6, amounts.format_permille, tone=t.tone_memory, describe=describe)


def net_sent(describe: str, *, rank: int) -> Column:
    """Bytes that a machine has sent."""
    return Column("net_sent", "net_out", 8, amounts.format_bytes, rank=rank, describe=describe)


def net_received(describe: str, *, rank: int) -> Column:
    """Bytes that a machine has received."""
    return Column("net_received", "net_in", 7, amounts.format_bytes, rank=rank, describe=describe)


def last_seen(describe: str = "Since its last heartbeat", *, rank: int = 0) -> Column:
    """Seconds since something was heard of last."""
    return Column(
        "last_seen", "seen", 6, durations.format_age, rank=rank, tone=t.tone_last_seen, describe=describe
    )


# How many


def count(key: str, describe: str, width: int, *, rank: int = 0, shortcut: str = "") -> Column:
    """A whole number under its own name."""
    return Column(key, key, width, amounts.format_count, shortcut=shortcut, rank=rank, describe=describe)


def parties(key: str, describe: str) -> Column:
    """How many workers, or clients, a function is remembered with."""
    return Column(
        key,
        key,
        8,
        amounts.format_at_least,
        rank=4,
        describe=f"{describe}; 3+: there were others, not remembered",
    )


def queued(describe: str, *, shortcut: str = "") -> Column:
    """Tasks in workers' own queues."""
    return count("queued", describe, 7, shortcut=shortcut)


def suspended(describe: str, width: int, *, shortcut: str = "", rank: int) -> Column:
    """Suspended processors."""
    return Column(
        "suspended",
        "susp",
        width,
        amounts.format_count,
        shortcut=shortcut,
        rank=rank,
        tone=t.tone_waiting,
        describe=describe,
    )


def failed(describe: str) -> Column:
    """Tasks that raised or lost their worker."""
    return Column("failed", "failed", 7, amounts.format_count, tone=t.tone_failures, describe=describe)


def canceled(describe: str) -> Column:
    """Tasks that were canceled."""
    return count("canceled", describe, 9, rank=3)


# When, how long, in which state

FAR = "! is overdue: far over what its function takes"
"""What the mark says that stands before the age of such a task."""


def time(describe: str) -> Column:
    """Unix seconds, shown as the time of day."""
    return Column("time", "time", 8, durations.format_time, align="left", describe=describe)


def task_age(describe: str, *, rank: int = 0) -> Column:
    """Seconds that a task has been on a processor."""
    return Column(
        "task_age",
        "for",
        7,
        durations.format_task_age,
        rank=rank,
        tone=t.tone_task_age,
        describe=f"{describe}; {FAR}",
    )


def over(describe: str, *, rank: int) -> Column:
    """How many times the usual a task has been on a processor, if that is far over it."""
    return Column("over", "over", 6, amounts.format_times, rank=rank, tone=t.tone_overdue, describe=describe)


def status(describe: str) -> Column:
    """A task's state."""
    return Column(
        "status", "status", 16, labels.format_text, align="left", tone=t.tone_state, describe=describe
    )


def peak_memory(describe: str, *, rank: int) -> Column:
    """Memory that a task grew by."""
    return Column("peak_memory", "growth", 7, amounts.format_bytes, rank=rank, describe=describe)
