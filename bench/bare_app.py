"""A bare Textual app as a reference: one widget, which redraws all lines for every key.

It starts with only the first line. A key fills the screen with a table like ours: twelve columns of numbers
in three colours, all different from before. It has no data, no other process and no timer.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

COLUMNS, COLUMN_CELLS = 12, 13
STYLES = tuple(map(Style.parse, ("white", "green", "yellow")))


class Numbers(Widget):
    """One line until the first key; then a table with different numbers for each key."""

    keys = 0

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        if not self.keys:
            return Strip([Segment("bare" if y == 0 else "")]).adjust_cell_length(self.size.width)
        segments = [
            Segment(f"{(self.keys * 7919 + y * 104729 + place * 1299709) % 10**9:>{COLUMN_CELLS}}", style)
            for place, style in enumerate(STYLES[(self.keys + at) % len(STYLES)] for at in range(COLUMNS))
        ]
        return Strip(segments).adjust_cell_length(self.size.width)


class BareApp(App[None]):
    """An app with only the widget."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """Yield the widget."""
        yield Numbers()

    def on_key(self, _: events.Key) -> None:
        """Redraw all lines."""
        numbers = self.query_one(Numbers)
        numbers.keys += 1
        numbers.refresh()


if __name__ == "__main__":
    BareApp().run()
