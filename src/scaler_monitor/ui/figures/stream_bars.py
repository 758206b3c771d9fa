"""The bars of one lane as a line: letters and colours of capabilities, how busy, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len

from scaler_monitor.ui.figures.span import Ink, Line, Marks, Span, fit
from scaler_monitor.ui.themes import CAPABILITY_COLOURS
from scaler_monitor.views.page import StreamBar

LETTERS = "abcdefgh"
OTHERS = CAPABILITY_COLOURS - 1
"""The last letter and colour stand for all capabilities from there on."""
UNFINISHED_STATES = ("running", "queued", "suspended", "canceling", "balanceCanceling")
SOLID_FROM = 0.9
"""A task that is known only by its share of some seconds is drawn solid from this share on."""
DENSE_FROM = 0.5
"""A quiet mark stands on its bar's colour from this share of work on, below it on the screen's."""
CALLED_FROM = 6
"""A bar of one task names its function from so many cells on; behind a letter from two more on."""

ON_BAR: list[Ink] = [("on_bar", f"capability-{place}", False) for place in range(CAPABILITY_COLOURS)]
IN_COLOUR: list[Ink] = [(f"capability-{place}", "", False) for place in range(CAPABILITY_COLOURS)]
BOLD_IN_COLOUR: list[Ink] = [(ink, "", True) for ink, _, _ in IN_COLOUR]

Piece = tuple[str, Ink]
"""Text in one ink."""


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


class LanePen:
    """Draws lanes `cells` wide. Bars of a set of several capabilities have the letters and, in stripes, the
    colours of all; `sets` are the capabilities of each set, `lettered` is whether there are several to be
    told apart."""

    def __init__(self, cells: int, marks: Marks, sets: Sequence[Sequence[int]], *, lettered: bool) -> None:
        self._cells, self._marks, self._lettered = cells, marks, lettered
        self._sets = [tuple(dict.fromkeys(min(place, OTHERS) for place in of_set)) for of_set in sets]

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
        return [Span("".join([text for text, _ in run]), *ink) for ink, run in groupby(pieces, itemgetter(1))]

    def _bar(self, bar: StreamBar, wide: int) -> list[Piece]:
        """One bar in `wide` cells: its body, and a mark in its last cell where it has one."""
        at = bar.capabilities
        places = self._sets[at] if at < len(self._sets) else (min(at, OTHERS),)
        unfinished = bar.state in UNFINISHED_STATES
        mark = None if unfinished else end_mark(bar, self._marks)
        body = wide - 1 if unfinished or mark is not None else wide
        pieces = self._body(bar, places, wide, body) if body else []
        place = places[body % len(places)]
        if unfinished:
            pieces.append((self._marks.running_end, BOLD_IN_COLOUR[place]))
        elif mark is not None and mark.loud:
            pieces.append((mark.glyph, ("on_bar", mark.tone, True)))
        elif mark is not None:
            dense = bar.busy >= DENSE_FROM
            pieces.append((mark.glyph, ON_BAR[place] if dense else (mark.tone, "", True)))
        return pieces

    def _body(self, bar: StreamBar, places: tuple[int, ...], wide: int, body: int) -> list[Piece]:
        """The first `body` of the bar's `wide` cells."""
        marks = self._marks
        letters = "".join([LETTERS[place] for place in places])[: wide - 1] if self._lettered else ""
        lettered = [(letter, ON_BAR[place]) for letter, place in zip(letters, places, strict=False)]
        solid = bar.task or bar.busy >= SOLID_FROM
        if bar.tasks == 1 and wide > 1 and solid and bar.state not in UNFINISHED_STATES:
            called = self._called(bar.function, wide, len(letters))
            rest = body - len(letters) - cell_len(called)
            return [*lettered, (called, ON_BAR[places[0]]), *self._solid(places, rest)]
        if wide < 3:
            lettered = []
        rest = body - len(lettered)
        if bar.tasks == 1 and bar.state in UNFINISHED_STATES:
            return lettered + _in_turn(marks.running, places, rest, BOLD_IN_COLOUR)
        level = min(int(max(bar.busy, 0.0) * len(marks.shades)), len(marks.shades) - 1)
        if len(places) > 1 and marks.half and level == len(marks.shades) - 1:
            return lettered + self._solid(places, rest)
        return lettered + _in_turn(marks.shades[level], places, rest, IN_COLOUR)

    def _called(self, function: str, wide: int, letters: int) -> str:
        """The function's name where a bar of one task has room for it behind the letters."""
        before = letters + 1 if letters else 0
        if not function or wide < CALLED_FROM + before:
            return ""
        room = wide - 1 - before  # the last cell, or the mark, keeps the next bar apart
        return (" " if letters else "") + fit(function, min(cell_len(function), room), self._marks.cut)

    def _solid(self, places: tuple[int, ...], cells: int) -> list[Piece]:
        """Cells that were worked all the time: each in one colour, or in the colours of two capabilities."""
        if len(places) == 1 or not self._marks.half:
            return _in_turn(" ", places, cells, ON_BAR)
        pairs = [
            (places[2 * cell % len(places)], places[(2 * cell + 1) % len(places)]) for cell in range(cells)
        ]
        return [
            (self._marks.half, (f"capability-{lower}", f"capability-{upper}", False))
            for upper, lower in pairs
        ]


def _in_turn(glyph: str, places: tuple[int, ...], cells: int, inks: list[Ink]) -> list[Piece]:
    """Cells with one glyph, in the colours of the places in turn."""
    if len(places) == 1:
        return [(glyph * cells, inks[places[0]])]
    return [(glyph, inks[places[cell % len(places)]]) for cell in range(cells)]
