"""Renders the bars of one lane: letters and colours of capabilities, load, and end marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len

from scaler_monitor.protocol.page import StreamBar
from scaler_monitor.ui.figures.styled_text import CellStyle, Line, Marks, StyledText, fit
from scaler_monitor.ui.themes import CAPABILITY_COLOURS

LETTERS = "abcdefgh"
OTHERS = CAPABILITY_COLOURS - 1
"""Index of the last letter and colour, which all further capabilities share."""
UNFINISHED_STATES = ("running", "queued", "suspended", "canceling", "balanceCanceling")
SOLID_FROM = 0.9
"""Minimum share of time for a task of which only that share is known to be drawn solid."""
DENSE_FROM = 0.5
"""Minimum share of time for an end mark that is not prominent to be drawn on the bar's colour."""
LETTERED_FROM = 3
"""Minimum width for letters in bars of several tasks and of running tasks."""
NAMED_FROM = 6
"""Minimum width of a bar, without its letters, for the name of its function."""

ON_BAR: list[CellStyle] = [("on_bar", f"capability-{place}", False) for place in range(CAPABILITY_COLOURS)]
IN_COLOUR: list[CellStyle] = [(f"capability-{place}", "", False) for place in range(CAPABILITY_COLOURS)]
BOLD_IN_COLOUR: list[CellStyle] = [(colour, "", True) for colour, _, _ in IN_COLOUR]
TWO_COLOURED: dict[tuple[int, ...], CellStyle] = {
    (upper, lower): (f"capability-{lower}", f"capability-{upper}", False)
    for upper in range(CAPABILITY_COLOURS)
    for lower in range(CAPABILITY_COLOURS)
}
"""Styles of cells in the colours of two capabilities: (upper half, lower half)."""

Piece = tuple[str, CellStyle]
"""(text, style)."""


class EndMark(NamedTuple):
    """Mark of failed or canceled tasks; a prominent one has its own background colour."""

    glyph: str
    tone: str
    prominent: bool


def end_mark(bar: StreamBar, marks: Marks) -> EndMark | None:
    """Return the end mark of a bar; None if none of its tasks failed or was canceled.

    It is prominent if at least half of the ended tasks did. Failures take precedence over cancellations.
    """
    if bar.failed:
        prominent = 2 * bar.failed >= bar.ended
        glyph = marks.died if bar.state == "failedWorkerDied" else marks.failed
        return EndMark(glyph if prominent else marks.some_failed, "bad", prominent)
    if bar.canceled:
        prominent = 2 * bar.canceled >= bar.ended
        return EndMark(marks.canceled if prominent else marks.some_canceled, "warn", prominent)
    return None


class CapabilityStyle(NamedTuple):
    """How bars of a capability set are drawn."""

    places: tuple[int, ...]  # indexes of letters and colours of its capabilities
    letters: list[Piece]  # one per cell, each on its colour; empty if there is only one capability


class LaneRenderer:
    """Renders lanes of `cells` cells. A bar has letters and colours of all capabilities in its set.

    `sets` has the capabilities of each set; `lettered` is false if there is only one capability.
    """

    def __init__(self, cells: int, marks: Marks, sets: Sequence[Sequence[int]], *, lettered: bool) -> None:
        self._cells, self._marks = cells, marks
        self._styles: list[CapabilityStyle] = []
        for members in sets or [[place] for place in range(CAPABILITY_COLOURS)]:
            places = tuple(dict.fromkeys(min(place, OTHERS) for place in members))
            letters = [(LETTERS[place], ON_BAR[place]) for place in places] if lettered else []
            self._styles.append(CapabilityStyle(places, letters))

    def line(self, bars: Iterable[StreamBar], blank: Callable[[int, int], Iterable[Piece]]) -> Line:
        """Return a line with the bars, left to right; `blank` renders the cells [first, end) between them."""
        pieces: list[Piece] = []
        x = 0
        for bar in bars:
            first, last = max(bar.first_cell, x), min(bar.last_cell, self._cells - 1)
            if first > last:
                continue
            if first > x:
                pieces += blank(x, first)
            pieces += self._bar(bar, last - first + 1)
            x = last + 1
        if x < self._cells:
            pieces += blank(x, self._cells)
        return [
            StyledText("".join([text for text, _ in run]), *style)
            for style, run in groupby(pieces, itemgetter(1))
        ]

    def _bar(self, bar: StreamBar, wide: int) -> list[Piece]:
        """Return a bar of `wide` cells: the body, and an end mark in the last cell if there is one."""
        style_of_set = self._styles[min(bar.capabilities, len(self._styles) - 1)]
        unfinished = bar.state in UNFINISHED_STATES
        mark = None if unfinished else end_mark(bar, self._marks)
        body = wide - 1 if unfinished or mark is not None else wide
        pieces = self._body(bar, style_of_set, wide, body) if body else []
        place = style_of_set.places[body % len(style_of_set.places)]
        if unfinished:
            pieces.append((self._marks.running_end, BOLD_IN_COLOUR[place]))
        elif mark is not None and mark.prominent:
            pieces.append((mark.glyph, ("on_bar", mark.tone, True)))
        elif mark is not None:
            dense = bar.busy >= DENSE_FROM
            pieces.append((mark.glyph, ON_BAR[place] if dense else (mark.tone, "", True)))
        return pieces

    def _body(self, bar: StreamBar, style_of_set: CapabilityStyle, wide: int, body: int) -> list[Piece]:
        """Return the first `body` of the bar's `wide` cells."""
        marks, places = self._marks, style_of_set.places
        unfinished = bar.state in UNFINISHED_STATES
        if bar.tasks == 1 and wide > 1 and not unfinished and (bar.task or bar.busy >= SOLID_FROM):
            letters = style_of_set.letters[: wide - 1]
            rest = body - len(letters)
            if wide < NAMED_FROM or not bar.function:
                return letters + self._solid(places, rest)
            label = self._function_label(bar.function, wide, len(letters))
            return [*letters, (label, ON_BAR[places[0]]), *self._solid(places, rest - cell_len(label))]
        letters = style_of_set.letters[: wide - 1] if wide >= LETTERED_FROM else []
        rest = body - len(letters)
        if bar.tasks == 1 and unfinished:
            return letters + _alternate(marks.running, places, rest, BOLD_IN_COLOUR)
        level = min(int(bar.busy * len(marks.shades)), len(marks.shades) - 1)
        if len(places) > 1 and marks.half and level == len(marks.shades) - 1:
            return letters + self._solid(places, rest)
        return letters + _alternate(marks.shades[level], places, rest, IN_COLOUR)

    def _function_label(self, function: str, wide: int, letters: int) -> str:
        """Return the function's name for a bar of one task; "" if it does not fit after the letters."""
        before = letters + 1 if letters else 0
        if wide < NAMED_FROM + before:
            return ""
        room = wide - 1 - before  # the last cell, or the mark, separates the bar from the next
        return (" " if letters else "") + fit(function, min(cell_len(function), room), self._marks.cut)

    def _solid(self, places: tuple[int, ...], cells: int) -> list[Piece]:
        """Return cells with full load, each in the colours of one or two capabilities."""
        half = self._marks.half
        if len(places) == 1 or not half:
            return _alternate(" ", places, cells, ON_BAR)
        if len(places) == 2:
            return [(half * cells, TWO_COLOURED[places])]
        pairs = [
            (places[2 * cell % len(places)], places[(2 * cell + 1) % len(places)]) for cell in range(cells)
        ]
        return [(half, TWO_COLOURED[pair]) for pair in pairs]


def _alternate(glyph: str, places: tuple[int, ...], cells: int, styles: list[CellStyle]) -> list[Piece]:
    """Return cells with one glyph, in alternating colours of the places."""
    if len(places) == 1:
        return [(glyph * cells, styles[places[0]])]
    return [(glyph, styles[places[cell % len(places)]]) for cell in range(cells)]
