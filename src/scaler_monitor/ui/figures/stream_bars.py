"""The bars of one lane as a line: letters and colours of capabilities, how busy, how it ended."""

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
"""The last letter and colour stand for all capabilities from there on."""
UNFINISHED_STATES = ("running", "queued", "suspended", "canceling", "balanceCanceling")
SOLID_FROM = 0.9
"""A task that is known only by its share of some seconds is drawn solid from this share on."""
DENSE_FROM = 0.5
"""A quiet mark stands on its bar's colour from this share of work on, below it on the screen's."""
LETTERED_FROM = 3
"""Bars of several tasks, and running ones, have letters from so many cells on."""
CALLED_FROM = 6
"""So many cells, beside its letters and the space behind them, a bar has that names its function."""

ON_BAR: list[CellStyle] = [("on_bar", f"capability-{place}", False) for place in range(CAPABILITY_COLOURS)]
IN_COLOUR: list[CellStyle] = [(f"capability-{place}", "", False) for place in range(CAPABILITY_COLOURS)]
BOLD_IN_COLOUR: list[CellStyle] = [(colour, "", True) for colour, _, _ in IN_COLOUR]
TWO_TONED: dict[tuple[int, ...], CellStyle] = {
    (upper, lower): (f"capability-{lower}", f"capability-{upper}", False)
    for upper in range(CAPABILITY_COLOURS)
    for lower in range(CAPABILITY_COLOURS)
}
"""The lower half of a cell in one capability's colour, on that of another."""

Piece = tuple[str, CellStyle]
"""Text in one style."""


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
    if bar.failed:
        loud = 2 * bar.failed >= bar.ended
        glyph = marks.died if bar.state == "failedWorkerDied" else marks.failed
        return EndMark(glyph if loud else marks.some_failed, "bad", loud)
    if bar.canceled:
        loud = 2 * bar.canceled >= bar.ended
        return EndMark(marks.canceled if loud else marks.some_canceled, "warn", loud)
    return None


class Needs(NamedTuple):
    """A set of capabilities as it is drawn."""

    places: tuple[int, ...]  # letters and colours of its capabilities
    letters: list[Piece]  # one a cell, each on its colour; empty where there is nothing to be told apart


class LanePen:
    """Draws lanes `cells` wide. Bars of a set of several capabilities have the letters and colours of all;
    `sets` are the capabilities of each set, `lettered` is whether there are several to be told apart."""

    def __init__(self, cells: int, marks: Marks, sets: Sequence[Sequence[int]], *, lettered: bool) -> None:
        self._cells, self._marks = cells, marks
        self._needs: list[Needs] = []
        for of_set in sets or [[place] for place in range(CAPABILITY_COLOURS)]:
            places = tuple(dict.fromkeys(min(place, OTHERS) for place in of_set))
            letters = [(LETTERS[place], ON_BAR[place]) for place in places] if lettered else []
            self._needs.append(Needs(places, letters))

    def line(self, bars: Iterable[StreamBar], blank: Callable[[int, int], Iterable[Piece]]) -> Line:
        """A lane of bars from left to right; `blank` draws the cells from one on to before another."""
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
        """One bar in `wide` cells: its body, and a mark in its last cell where it has one."""
        needs = self._needs[min(bar.capabilities, len(self._needs) - 1)]
        unfinished = bar.state in UNFINISHED_STATES
        mark = None if unfinished else end_mark(bar, self._marks)
        body = wide - 1 if unfinished or mark is not None else wide
        pieces = self._body(bar, needs, wide, body) if body else []
        place = needs.places[body % len(needs.places)]
        if unfinished:
            pieces.append((self._marks.running_end, BOLD_IN_COLOUR[place]))
        elif mark is not None and mark.loud:
            pieces.append((mark.glyph, ("on_bar", mark.tone, True)))
        elif mark is not None:
            dense = bar.busy >= DENSE_FROM
            pieces.append((mark.glyph, ON_BAR[place] if dense else (mark.tone, "", True)))
        return pieces

    def _body(self, bar: StreamBar, needs: Needs, wide: int, body: int) -> list[Piece]:
        """The first `body` of the bar's `wide` cells."""
        marks, places = self._marks, needs.places
        unfinished = bar.state in UNFINISHED_STATES
        if bar.tasks == 1 and wide > 1 and not unfinished and (bar.task or bar.busy >= SOLID_FROM):
            letters = needs.letters[: wide - 1]
            rest = body - len(letters)
            if wide < CALLED_FROM or not bar.function:
                return letters + self._solid(places, rest)
            called = self._called(bar.function, wide, len(letters))
            return [*letters, (called, ON_BAR[places[0]]), *self._solid(places, rest - cell_len(called))]
        letters = needs.letters[: wide - 1] if wide >= LETTERED_FROM else []
        rest = body - len(letters)
        if bar.tasks == 1 and unfinished:
            return letters + _in_turn(marks.running, places, rest, BOLD_IN_COLOUR)
        level = min(int(bar.busy * len(marks.shades)), len(marks.shades) - 1)
        if len(places) > 1 and marks.half and level == len(marks.shades) - 1:
            return letters + self._solid(places, rest)
        return letters + _in_turn(marks.shades[level], places, rest, IN_COLOUR)

    def _called(self, function: str, wide: int, letters: int) -> str:
        """The function's name where a bar of one task has room for it behind the letters."""
        before = letters + 1 if letters else 0
        if wide < CALLED_FROM + before:
            return ""
        room = wide - 1 - before  # the last cell, or the mark, keeps the next bar apart
        return (" " if letters else "") + fit(function, min(cell_len(function), room), self._marks.cut)

    def _solid(self, places: tuple[int, ...], cells: int) -> list[Piece]:
        """Cells that were worked all the time: each in one colour, or in the colours of two capabilities."""
        half = self._marks.half
        if len(places) == 1 or not half:
            return _in_turn(" ", places, cells, ON_BAR)
        if len(places) == 2:
            return [(half * cells, TWO_TONED[places])]
        pairs = [
            (places[2 * cell % len(places)], places[(2 * cell + 1) % len(places)]) for cell in range(cells)
        ]
        return [(half, TWO_TONED[pair]) for pair in pairs]


def _in_turn(glyph: str, places: tuple[int, ...], cells: int, styles: list[CellStyle]) -> list[Piece]:
    """Cells with one glyph, in the colours of the places in turn."""
    if len(places) == 1:
        return [(glyph * cells, styles[places[0]])]
    return [(glyph, styles[places[cell % len(places)]]) for cell in range(cells)]
