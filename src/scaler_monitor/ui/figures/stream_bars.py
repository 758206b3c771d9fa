"""One bar of the task stream in its cells: letter and colour of its capabilities, how busy, how it ended."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.ui.figures.span import Cells, Marks, fit
from scaler_monitor.ui.themes import CAPABILITY_COLOURS
from scaler_monitor.views.page import StreamBar

LETTERS = "abcdefgh"
OTHERS = CAPABILITY_COLOURS - 1
"""The last letter and colour stand for all capability sets from there on."""
UNFINISHED_STATES = ("running", "queued", "suspended", "canceling", "balanceCanceling")
SOLID_FROM = 0.9
"""A task that is known only by its share of some seconds is drawn solid from this share on."""
DENSE_FROM = 0.5
"""A quiet mark stands on its bar's colour from this share of work on, below it on the screen's."""


class EndMark(NamedTuple):
    """How tasks of a bar ended badly: a loud mark on a ground of its own colour, or a quiet one."""

    glyph: str
    tone: str
    loud: bool


def end_mark(bar: StreamBar, marks: Marks) -> EndMark | None:
    """The mark of a bar's end; None where none of its tasks ended badly.

    It is loud where at least half of what ended did, so that a page is full of loud marks only where most
    of the work fails. A failure is told before a cancellation.
    """
    for count, tone, many, some in (
        (
            bar.failed,
            "bad",
            marks.died if bar.state == "failedWorkerDied" else marks.failed,
            marks.some_failed,
        ),
        (bar.canceled, "warn", marks.canceled, marks.some_canceled),
    ):
        if count:
            loud = 2 * count >= bar.ended
            return EndMark(many if loud else some, tone, loud)
    return None


def draw_bar(row: Cells, width: int, bar: StreamBar, marks: Marks, lettered: bool) -> None:
    """Draw a bar into a row of `width` cells; `lettered` is whether capabilities need telling apart."""
    first, last = max(bar.first_cell, 0), min(bar.last_cell, width - 1)
    wide = last - first + 1
    if wide <= 0:
        return
    place = min(bar.capabilities, OTHERS)
    ink, letter = f"capability-{place}", LETTERS[place] if lettered else ""
    unfinished = bar.state in UNFINISHED_STATES
    if unfinished and bar.tasks == 1:
        row.put(first, marks.running * (wide - 1), ink, bold=True)
        if wide >= 4 and letter:
            row.put(first, letter, "on_bar", ink)
    elif bar.tasks == 1 and wide > 1 and (bar.task or bar.busy >= SOLID_FROM):
        label = letter
        if bar.function and wide >= (8 if letter else 6):
            label = f"{letter} {bar.function}" if letter else bar.function
        row.put(first, fit(label, wide - 1, marks.cut) + " ", "on_bar", ink)
    else:
        level = min(int(max(bar.busy, 0.0) * len(marks.shades)), len(marks.shades) - 1)
        row.put(first, marks.shades[level] * wide, ink)
        if wide >= 3 and letter:
            row.put(first, letter, "on_bar", ink)
    mark = end_mark(bar, marks)
    if unfinished:
        row.put(last, marks.running_end, ink, bold=True)
    elif mark is not None and mark.loud:
        row.put(last, mark.glyph, "on_bar", mark.tone, True)
    elif mark is not None and bar.busy >= DENSE_FROM:
        row.put(last, mark.glyph, "on_bar", ink)
    elif mark is not None:
        row.put(last, mark.glyph, mark.tone, bold=True)
