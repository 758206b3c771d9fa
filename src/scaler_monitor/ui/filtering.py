"""The filter of what is in sight: its line, its keys, and what is said of it."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from scaler_monitor.ui.commanded import Commanded
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.table.entity_table import EntityTable

NOTHING_TO_FILTER = "nothing here has rows to filter; after Esc letters are keys again"


class Filtering(Commanded):
    """An app with one filter line, which works on the pane in sight."""

    def command_filter(self) -> None:
        """Open the filter's line; where letters are text, so is its key."""
        if isinstance(self.focused, Input):
            self.focused.insert_text_at_cursor("/")
        elif self.filtered_in_sight is not None:
            self.query_one(FilterLine).open(self.filtered_in_sight.look.typed_filter)
            self.show_filter()

    def allows_filter(self) -> bool:
        """Whether there is something to filter, or text being typed."""
        return self.filtered_in_sight is not None or isinstance(self.focused, Input)

    def means_nothing(self, command_id: str) -> None:
        """What is typed behind the filter's key is text, also where there is nothing to filter."""
        if command_id == "filter":
            self.query_one(FilterLine).open("")
            self.show_filter()

    def close_filter(self) -> None:
        """Letters are keys again; the line stays while a filter is in force."""
        filtered = self.filtered_in_sight
        self.query_one(FilterLine).close(shown=filtered is not None and bool(filtered.look.typed_filter))
        self.screen.set_focus(self.table_in_sight, scroll_visible=False)
        self.show_filter()
        self.show_keys()

    @on(FilterLine.Typed)
    def _filter_typed(self, message: FilterLine.Typed) -> None:
        if self.filtered_in_sight is not None:
            self.filtered_in_sight.filter_by(message.text)

    @on(FilterLine.Closed)
    def _filter_closed(self) -> None:
        self.close_filter()

    def show_filter(self) -> None:
        """Show the filter of what is in sight, and how many rows it lets through."""
        line, filtered = self.query_one(FilterLine), self.filtered_in_sight
        if filtered is None:
            if line.is_open:
                line.say(NOTHING_TO_FILTER, is_error=True)
            else:
                line.close(shown=False)
            return
        look, window = filtered.look, filtered.window
        line.set_class(line.is_open or bool(look.typed_filter), "-shown")
        if not line.is_open:  # what is being typed may be ahead of what was told
            line.show_text(look.typed_filter)
        if look.filter_error:
            kept = f"; still: {look.good_filter}" if look.good_filter else ""
            line.say(look.filter_error + kept, is_error=True)
        else:
            line.say(f"{window.passed:,} of {window.total:,}" if look.filter else "")

    @on(EntityTable.LookChanged)
    def _look_changed(self) -> None:
        self.show_filter()
        self.hurry()
