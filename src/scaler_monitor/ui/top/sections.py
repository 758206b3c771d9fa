"""Values above the workers, in the sections of upstream's scaler_top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scaler_monitor.protocol.format.amounts import format_bytes, format_count, format_permille, format_rate
from scaler_monitor.protocol.format.labels import state_label
from scaler_monitor.protocol.format.number import DASH
from scaler_monitor.protocol.page import Overview
from scaler_monitor.ui.glyphs import Glyphs


class LabelledValue(NamedTuple):
    """A formatted value with its label; `rate` is shown if there is space."""

    label: str
    value: str
    rate: str = ""
    tone: str = ""


class Section(NamedTuple):
    """A titled list of values."""

    title: str
    figures: list[LabelledValue]


def scheduler_section(overview: Overview) -> Section:
    """Return the section with resource usage of the scheduler."""
    return Section(
        "scheduler",
        [
            LabelledValue("cpu", format_permille(overview.cpu_permille)),
            LabelledValue("rss", format_bytes(overview.rss_bytes)),
            LabelledValue("rss_free", format_bytes(overview.rss_free_bytes)),
        ],
    )


def objects_section(overview: Overview) -> Section:
    """Return the section with objects and their storage; a dash for what the release does not report."""
    storage = overview.storage
    waiting = storage[3] if storage else None
    return Section(
        "object_manager",
        [
            LabelledValue("num_of_objs", format_count(overview.objects)),
            LabelledValue("storage_objs", format_count(storage[0] if storage else None)),
            LabelledValue("storage_size", format_bytes(storage[2] if storage else None)),
            LabelledValue("storage_wait", format_count(waiting), tone="warn" if waiting else ""),
            LabelledValue("wait_objs", format_count(storage[4] if storage else None)),
        ],
    )


def tasks_section(overview: Overview) -> Section:
    """Return the section with the scheduler's task counts, or else the ended tasks that were seen."""
    states = overview.task_states
    if states is None:
        seen = [LabelledValue(f"{state} (seen)", format_count(n)) for state, n in overview.seen.items()]
        return Section("task_manager", seen or [LabelledValue("states", DASH)])
    figures = []
    for state, count in states.items():
        tone = (
            "warn"
            if state == "inactive" and overview.tasks_wait_while_idle
            else overview.state_tones.get(state, "")
        )
        shown = tone if count and tone in ("bad", "warn", "accent") else "" if count else "dim"
        figures.append(LabelledValue(state_label(state), format_count(count), tone=shown))
    return Section("task_manager", figures)


def messages_section(title: str, counts: Mapping[str, int] | None, rates: Mapping[str, float]) -> Section:
    """Return a section with message counts and rates per second, by name."""
    if counts is None:
        return Section(title, [LabelledValue("messages", DASH)])
    return Section(
        title,
        [
            LabelledValue(name, format_count(counts[name]), format_rate(rates[name]) if name in rates else "")
            for name in sorted(counts)
        ],
    )


def sections(overview: Overview) -> list[Section]:
    """Return all sections in scaler_top's order."""
    return [
        scheduler_section(overview),
        objects_section(overview),
        tasks_section(overview),
        messages_section("scheduler_sent", overview.sent, overview.sent_rate),
        messages_section("scheduler_received", overview.received, overview.received_rate),
    ]


def totals(overview: Overview, width: int) -> list[tuple[str, str]]:
    """Return "Total N manager(s) with M worker(s)", then pending, silent, departed workers and overdue tasks.

    The result is a list of (text, tone). The beginning is abbreviated if the line exceeds `width` cells.
    """
    managers, workers = format_count(overview.managers), format_count(overview.workers)
    counts = (
        (overview.pending_workers, "pending", "warn"),
        (overview.silent_workers, "silent", "warn"),
        (overview.overdue_tasks, "overdue", "warn"),
        (overview.departed_workers, "departed", ""),
    )
    counts_shown = [(f"{format_count(count)} {what}", tone) for count, what, tone in counts if count]
    room = width - sum(len(text) + len(", ") for text, _ in counts_shown)
    beginning = f"Total {managers} manager(s) with {workers} worker(s)"
    if len(beginning) > room:
        beginning = f"{managers} managers, {workers} workers"
    parts = [(beginning, "")]
    for text, tone in counts_shown:
        parts += [(", ", ""), (text, tone)]
    return parts


def sparkline(history: Sequence[tuple[float, int]], cells: int, glyphs: Glyphs) -> str:
    """Return the newest values of a history as bars, one per cell, scaled from zero to the maximum."""
    values = [value for _, value in history[-cells:]]
    highest = max(values, default=0)
    if not highest:
        return ""
    steps = glyphs.levels
    return "".join(steps[min(value * len(steps) // (highest + 1), len(steps) - 1)] for value in values)
