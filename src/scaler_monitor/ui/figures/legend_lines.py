"""The legends of the task stream: for glyphs, and for letters and colours of capabilities."""

from __future__ import annotations

from rich.cells import cell_len

from scaler_monitor.ui.figures.stream_bars import LETTERS, OTHERS
from scaler_monitor.ui.figures.styled_text import Line, Marks, StyledText, fit, line_text
from scaler_monitor.ui.themes import CAPABILITY_COLOURS

NAME_CELLS = 24
"""Maximum width of a name in the legend."""


def state_legend(marks: Marks, width: int, *, gaps: bool = False) -> Line:
    """Return the legend of the glyphs of bars, in at most `width` cells.

    If it does not fit, gaps become smaller, then the last entries are left out. `gaps` adds the entry for
    times without data.
    """
    for inner, outer in ((" ", "  "), (" ", " ")):
        line = _joined(_entries(marks, gaps), inner, outer)
        if len(line_text(line)) <= width:
            return line
    entries = _entries(marks, gaps, short=True)
    while entries and len(line_text(_joined(entries, "", " "))) > width:
        entries.pop()
    return _joined(entries, "", " ")


def _entries(marks: Marks, gaps: bool, *, short: bool = False) -> list[tuple[StyledText, str]]:
    shades = marks.shades[0] + marks.shades[-1] if short else marks.shades
    running = marks.running_end if short else marks.running + marks.running_end
    entries = [
        (StyledText(running), "runs" if short else "running"),
        (StyledText(marks.failed, "on_bar", "bad", True), "failed"),
        (StyledText(marks.some_failed, bold=True), "some"),
        (StyledText(marks.died, "on_bar", "bad", True), "died"),
        (StyledText(marks.canceled, "on_bar", "warn", True), "canceled"),
        (StyledText(marks.some_canceled, bold=True), "some"),
        (StyledText(shades), "busy"),
    ]
    gap = (StyledText(marks.gap, "gap"), "unseen") if short else (StyledText(marks.gap * 2, "gap"), "unknown")
    return [*entries, gap] if gaps else entries


def _joined(entries: list[tuple[StyledText, str]], inner: str, outer: str) -> Line:
    line = [part for glyph, what in entries for part in (glyph, StyledText(f"{inner}{what}{outer}", "dim"))]
    if line:
        line[-1] = line[-1]._replace(text=line[-1].text.rstrip())
    return line


def capability_legend(capabilities: list[tuple[str, int]], width: int, marks: Marks) -> Line:
    """Return letter, name and tasks of each needed capability; those without an own letter are summed."""
    named = capabilities if len(capabilities) <= CAPABILITY_COLOURS else capabilities[:OTHERS]
    rest = capabilities[len(named) :]
    line, room = [StyledText(" ")], width - 1
    others = f" {len(rest):,} others {sum(tasks for _, tasks in rest):,}  " if rest else ""
    room -= len(others) + 1 if rest else 0
    for place, (name, tasks) in enumerate(named):
        if not tasks:
            continue
        name = name or "no capability"
        text = f" {fit(name, min(cell_len(name), NAME_CELLS), marks.cut)} {tasks:,}  "
        if cell_len(text) - 1 > room:
            line.append(StyledText(f"{marks.cut} ", "dim"))
            break
        line += [StyledText(LETTERS[place], "on_bar", f"capability-{place}"), StyledText(text)]
        room -= cell_len(text) + 1
    if rest:
        line += [StyledText(LETTERS[OTHERS], "on_bar", f"capability-{OTHERS}"), StyledText(others)]
    return line
