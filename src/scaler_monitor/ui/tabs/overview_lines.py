"""Lines about the whole cluster above the tables: scheduler and object storage, as far as known."""

from __future__ import annotations

from scaler_monitor.ui.figures.span import Line, Span
from scaler_monitor.views.format import format_age, format_bytes, format_count, format_permille
from scaler_monitor.views.page import Overview


def facts_line(title: str, facts: list[tuple[str, str]]) -> Line:
    """`title  label value  label value`."""
    line = [Span(f" {title:<9}", "accent", bold=True)]
    for label, text in facts:
        line += [Span(f" {label} ", "dim"), Span(f"{text} ")]
    return line


def scheduler_line(overview: Overview) -> Line:
    """What the scheduler's own process takes, and the totals."""
    return facts_line(
        "scheduler",
        [
            ("cpu", format_permille(overview.cpu_permille)),
            ("rss", format_bytes(overview.rss_bytes)),
            ("free", format_bytes(overview.rss_free_bytes)),
            ("managers", format_count(overview.managers)),
            ("workers", format_count(overview.workers)),
            ("pending", format_count(overview.pending_workers)),
            ("clients", format_count(overview.clients)),
        ],
    )


def storage_line(overview: Overview) -> Line:
    """What the object storage server holds; requests that wait for an object are a warning."""
    if overview.storage is None:
        return facts_line("storage", [("objects", format_count(overview.objects))])
    objects, unique, held, requests, waiting, oldest = overview.storage
    line = facts_line(
        "storage",
        [
            ("objects", format_count(objects)),
            ("unique", format_count(unique)),
            ("shared", format_count(objects - unique)),
            ("held", format_bytes(held)),
        ],
    )
    text = f" {format_count(requests)} of {format_count(waiting)}, {format_age(oldest)}"
    return [*line, Span(" waiting", "dim"), Span(text if requests else " 0", "warn" if requests else "")]
