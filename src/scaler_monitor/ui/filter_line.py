"""The line in which a filter is typed; each change is applied at once."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.css.scalar import Scalar
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from scaler_monitor.ui.painted import Painted


class FilterResult(Painted):
    """The number of matching rows, or the parse error of the filter."""

    DEFAULT_CSS = """
    FilterResult {
        width: 1fr; height: 1; color: $text-muted; background: $surface;
        &> .filter-result--error { color: $text-error; background: $surface; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {"filter-result--error"}

    def __init__(self) -> None:
        super().__init__()
        self.text, self.is_error = "", False

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Show a text."""
        if (text, is_error) != (self.text, self.is_error):
            self.text, self.is_error = text, is_error
            self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw the text, errors in their own colour."""
        return [self.line([(f" {self.text}", "filter-result--error" if self.is_error else "")], width)]


class FilterLine(Horizontal):
    """The filter line with its result; visible while a filter is typed or applied."""

    DEFAULT_CSS = """
    FilterLine {
        height: 1; background: $surface; display: none;
        &.-shown { display: block; }
        Input { width: 2fr; height: 1; border: none; padding: 0 1; background: $surface; }
        Input:focus { border: none; background: $panel; }
    }
    """

    @dataclass
    class Typed(Message):
        """The text changed."""

        text: str

    @dataclass
    class Closed(Message):
        """Enter was pressed: the filter stays applied, and letters are commands again."""

    def compose(self) -> ComposeResult:
        """Yield the input and the result beside it."""
        entry = Input(placeholder="/ words  -word  /regex/  column:text  column>5", compact=True)
        entry.cursor_blink = False
        entry.can_focus = False
        yield entry
        yield FilterResult()

    @property
    def entry(self) -> Input:
        """The input field."""
        return self.query_one(Input)

    @property
    def is_open(self) -> bool:
        """Whether typed text goes to the input field."""
        return self.is_attached and self.screen.focused is self.entry

    def open(self, text: str) -> None:
        """Show the line and take the focus."""
        self.add_class("-shown")
        self.show_text(text)
        self.entry.can_focus = True
        self.screen.set_focus(self.entry, scroll_visible=False)  # at once, since the next key is already text
        self.entry.cursor_position = len(text)

    def show_text(self, text: str) -> None:
        """Show the filter of another table, without posting `Typed`."""
        if self.entry.value != text:
            with self.entry.prevent(Input.Changed):
                self.entry.value = text

    def close(self, *, shown: bool) -> None:
        """Release the focus; `shown` is whether the line stays visible."""
        self.entry.can_focus = False
        self.set_class(shown, "-shown")

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Show the result or an error, in the width that the filter leaves."""
        cells = min(cell_len(self.entry.value) + 4, max(self.size.width // 2, 8))
        width = Scalar.parse(str(cells) if is_error else "2fr")
        if self.entry.styles.width != width:
            self.entry.styles.width = width
        self.query_one(FilterResult).say(text, is_error=is_error)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Closed())
