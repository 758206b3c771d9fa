"""The figures above the workers, by the section names of scaler_top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scaler_monitor.protocol.format.amounts import format_bytes, format_count, format_permille, format_rate
from scaler_monitor.protocol.format.labels import state_label
from scaler_monitor.protocol.format.number import DASH
from scaler_monitor.protocol.page import Overview
from scaler_monitor.ui.glyphs import Glyphs


class Figure(NamedTuple):
    """One labelled figure; `rate` beside it where there is room."""

    label: str
    value: str
    rate: str = ""
    tone: str = ""


class Section(NamedTuple):
    """A titled list of figures."""

    title: str
    figures: list[Figure]


def scheduler_section(overview: Overview) -> Section:
    """The scheduler process."""
    return Section(
        "scheduler",
        [
            Figure("cpu", format_permille(overview.cpu_permille)),
            Figure("rss", format_bytes(overview.rss_bytes)),
            Figure("rss_free", format_bytes(overview.rss_free_bytes)),
        ],
    )


def objects_section(overview: Overview) -> Section:
    """Objects and their storage; a dash where the release does not say."""
    storage = overview.storage
    waiting = storage[3] if storage else None
    return Section(
        "object_manager",
        [
            Figure("num_of_objs", format_count(overview.objects)),
            Figure("storage_objs", format_count(storage[0] if storage else None)),
            Figure("storage_size", format_bytes(storage[2] if storage else None)),
            Figure("storage_wait", format_count(waiting), tone="warn" if waiting else ""),
            Figure("wait_objs", format_count(storage[4] if storage else None)),
        ],
    )


def tasks_section(overview: Overview) -> Section:
    """Task states as the scheduler counts them; where it does not, what this monitor saw end."""
    states = overview.task_states
    if states is None:
        seen = [Figure(f"{state} (seen)", format_count(n)) for state, n in overview.seen.items()]
        return Section("task_manager", seen or [Figure("states", DASH)])
    figures = []
    for state, count in states.items():
        tone = (
            "warn"
            if state == "inactive" and overview.tasks_wait_while_idle
            else overview.state_tones.get(state, "")
        )
        shown = tone if count and tone in ("bad", "warn", "accent") else "" if count else "dim"
        figures.append(Figure(state_label(state), format_count(count), tone=shown))
    return Section("task_manager", figures)


def messages_section(title: str, counts: Mapping[str, int] | None, rates: Mapping[str, float]) -> Section:
    """Messages by name, with what comes a second."""
    if counts is None:
        return Section(title, [Figure("messages", DASH)])
    return Section(
        title,
        [
            Figure(name, format_count(counts[name]), format_rate(rates[name]) if name in rates else "")
            for name in sorted(counts)
        ],
    )


def sections(overview: Overview) -> list[Section]:
    """All sections in scaler_top's order."""
    return [
        scheduler_section(overview),
        objects_section(overview),
        tasks_section(overview),
        messages_section("scheduler_sent", overview.sent, overview.sent_rate),
        messages_section("scheduler_received", overview.received, overview.received_rate),
    ]


def totals(overview: Overview, width: int) -> list[tuple[str, str]]:
    """Say "Total N manager(s) with M worker(s)" as scaler_top, then what is pending, silent, overdue, gone.

    Texts with their tones, which follow each other; the beginning is shorter where all does not fit into
    `width` cells, so that no trouble is cut.
    """
    managers, workers = format_count(overview.managers), format_count(overview.workers)
    counts = (
        (overview.pending_workers, "pending", "warn"),
        (overview.silent_workers, "silent", "warn"),
        (overview.overdue_tasks, "overdue", "warn"),
        (overview.departed_workers, "departed", ""),
    )
    told = [(f"{format_count(count)} {what}", tone) for count, what, tone in counts if count]
    room = width - sum(len(text) + len(", ") for text, _ in told)
    beginning = f"Total {managers} manager(s) with {workers} worker(s)"
    if len(beginning) > room:
        beginning = f"{managers} managers, {workers} workers"
    parts = [(beginning, "")]
    for text, tone in told:
        parts += [(", ", ""), (text, tone)]
    return parts


def sparkline(history: Sequence[tuple[float, int]], cells: int, glyphs: Glyphs) -> str:
    """The newest values of a history, one a cell, between zero and their highest."""
    values = [value for _, value in history[-cells:]]
    highest = max(values, default=0)
    if not highest:
        return ""
    steps = glyphs.levels
    return "".join(steps[min(value * len(steps) // (highest + 1), len(steps) - 1)] for value in values)
