"""Partial updates of the screen that send only the cells that changed.

Textual 8 sends each changed span of a line from the left edge of its widget. Here a span is cut on both
sides, and spans with a short gap between them are sent as one. So a changed value costs about fifty bytes
instead of a whole line.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.screen import Screen

from scaler_monitor.ui.painted import LONGEST_GAP

LineSpan = tuple[int, int, int]
"""Changed cells of one line: y, first cell, and the cell after the last."""


def join_spans(spans: list[LineSpan]) -> list[LineSpan]:
    """Join the spans of a line that have no more than `LONGEST_GAP` cells between them."""
    joined: list[LineSpan] = []
    for y, first, end in spans:
        if joined and joined[-1][0] == y and first - joined[-1][2] <= LONGEST_GAP:
            joined[-1] = (y, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((y, first, end))
    return joined


class NarrowUpdate(ChopsUpdate):
    """Sends the changed spans only."""

    def render_segments(self, console: Console) -> str:
        """The update as text for the terminal."""
        sequences = []
        for y, first, end in join_spans(self.spans):
            moved_to = -1
            for chop_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= end or chop_end <= first:
                    continue
                start, stop = max(x, first), min(chop_end, end)
                if moved_to != start:
                    sequences.append(Control.move_to(start, y).segment.text)
                sequences.append(strip.crop(start - x, stop - x).simplify().render(console))
                moved_to = stop
        return "".join(sequences)


class NarrowCompositor(Compositor):
    """Textual's compositor with narrow partial updates."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The update of the dirty regions; None if there are none."""
        update = super().render_partial_update()
        return None if update is None else NarrowUpdate(update.chops, update.spans, update.chop_ends)


class NarrowScreen(Screen[None]):
    """The app's screen with narrow updates; between `hold` and `let_go` it is laid out but not painted."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = NarrowCompositor()
        self._is_held = False

    def hold(self) -> None:
        """Paint nothing until `let_go`; then all changes are painted at once."""
        self._is_held = True

    def let_go(self) -> None:
        """Paint again, after the next layout."""
        if self._is_held:
            self._is_held = False
            self.call_after_refresh(self._compositor_refresh)

    def _compositor_refresh(self) -> None:
        if not self._is_held:
            super()._compositor_refresh()
