"""Lines above the tables: scheduler, task counts and object storage."""

from __future__ import annotations

from scaler_monitor.protocol.format.amounts import (
    count_with_noun,
    format_bytes,
    format_count,
    format_permille,
    format_rate,
)
from scaler_monitor.protocol.format.durations import format_age
from scaler_monitor.protocol.page import Overview
from scaler_monitor.ui.figures.styled_text import Line, StyledText

FAILED = ("failed", "failedWorkerDied")
CANCELED = ("canceled", "canceledNotFound")


def facts_line(
    title: str, facts: list[tuple[str, str]], width: int, tones: dict[str, str] | None = None
) -> Line:
    """Return `title  label value  label value`, with as many facts as fit `width` cells; `tones` by label."""
    line, used = [StyledText(f" {title:<9}", "accent", bold=True)], 10
    for label, text in facts:
        used += len(f"  {label} {text}")
        if used > width:
            break
        line += [StyledText(f"  {label} ", "dim"), StyledText(text, (tones or {}).get(label, ""))]
    return line


def scheduler_line(overview: Overview, width: int) -> Line:
    """Return the line with resource usage of the scheduler, and totals."""
    return facts_line(
        "scheduler",
        [
            ("cpu", format_permille(overview.cpu_permille)),
            ("rss", format_bytes(overview.rss_bytes)),
            ("rss_free", format_bytes(overview.rss_free_bytes)),
            ("workers", format_count(overview.workers)),
            ("managers", format_count(overview.managers)),
            ("clients", format_count(overview.clients)),
        ],
        width,
    )


def tasks_line(overview: Overview, width: int) -> Line:
    """Return the line with task counts of the scheduler.

    Failed tasks have the tone bad while their number grows; inactive ones warn while processors are idle.
    """
    states = overview.task_states
    failing = bool(overview.failed_rate)

    def count(*names: str) -> str:
        return format_count(None if states is None else sum(states.get(name, 0) for name in names))

    failed = count(*FAILED)
    if failing:
        failed += f" +{format_rate(overview.failed_rate)}"

    line = facts_line(
        "tasks",
        [
            ("inactive", format_count(overview.inactive)),
            ("queued", format_count(overview.queued)),
            ("running", format_count(overview.running)),
            ("done", format_rate(overview.task_rate)),
            ("success", count("success")),
            ("canceled", count(*CANCELED)),
            ("sent", count("running")),
        ],
        width - len("  failed " + failed),
        {"inactive": "warn" if overview.tasks_wait_while_idle else ""},
    )
    at = min(1 + 2 * 4, len(line))  # after "done"
    return [
        *line[:at],
        StyledText("  failed ", "dim"),
        StyledText(failed, "bad" if failing else ""),
        *line[at:],
    ]


def storage_line(overview: Overview, width: int) -> Line:
    """Return the line with the content of the object storage; waiting requests have the tone warn."""
    if overview.storage is None:
        return facts_line("storage", [("objects", format_count(overview.objects))], width)
    objects, unique, held, requests, waiting, oldest = overview.storage
    text = f" {format_count(requests)}"
    if requests:
        text = f" {format_count(requests)} ({count_with_noun(waiting, 'object')}), {format_age(oldest)}"
    line = facts_line(
        "storage",
        [
            ("objects", format_count(objects)),
            ("unique", format_count(unique)),
            ("held", format_bytes(held)),
            ("shared", format_count(None if objects is None or unique is None else objects - unique)),
        ],
        width - len("  waiting" + text),
    )
    return [*line, StyledText("  waiting", "dim"), StyledText(text, "warn" if requests else "")]
