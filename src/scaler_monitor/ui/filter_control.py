"""Control of the filter: its input line, its keys, and the number of matching rows."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget
from textual.widgets import Input

from scaler_monitor.ui.body import Body
from scaler_monitor.ui.filter_line import FilterLine

NOTHING_TO_FILTER = "nothing to filter here; after Esc, letters are keys again"


class FilterControl:
    """Keeps the filter line consistent with the filter of the visible pane.

    `focused` returns the widget with the focus; `update_footer` is called when the usable keys change.
    """

    def __init__(
        self,
        line: FilterLine,
        body: Body,
        focused: Callable[[], Widget | None],
        update_footer: Callable[[], object],
    ) -> None:
        self._line = line
        self._body = body
        self._focused = focused
        self._update_footer = update_footer

    def command_filter(self) -> None:
        """Open the filter line; while text is typed, the key is text as well."""
        focused, filtered = self._focused(), self._body.filtered
        if isinstance(focused, Input):
            focused.insert_text_at_cursor("/")
        elif filtered is not None:
            self._line.open(filtered.view.typed_filter)
            self.update()

    def allows_filter(self) -> bool:
        """Return whether something can be filtered, or text is being typed."""
        return self._body.filtered is not None or isinstance(self._focused(), Input)

    def otherwise_filter(self) -> None:
        """Open the line although nothing can be filtered, so that typed letters do not act as commands."""
        self._line.open("")
        self.update()

    @property
    def is_in_use(self) -> bool:
        """Whether the line is open, or a filter is applied."""
        filtered = self._body.filtered
        return self._line.is_open or (filtered is not None and bool(filtered.view.typed_filter))

    def apply(self, text: str) -> None:
        """Apply a filter as typed to the visible pane."""
        if self._body.filtered is not None:
            self._body.filtered.filter_by(text)

    def clear(self) -> None:
        """Close the line and show all rows again."""
        self.apply("")
        self.close()

    def close(self) -> None:
        """Leave the line, so that letters are commands again; it stays visible while a filter is applied."""
        filtered = self._body.filtered
        self._line.close(shown=filtered is not None and bool(filtered.view.typed_filter))
        self._line.screen.set_focus(self._body.active_table, scroll_visible=False)
        self.update()
        self._update_footer()

    def update(self) -> None:
        """Show the filter of the visible pane, and the number of matching rows."""
        line, filtered = self._line, self._body.filtered
        if filtered is None:
            if line.is_open:
                line.say(NOTHING_TO_FILTER, is_error=True)
            else:
                line.close(shown=False)
            return
        view, window = filtered.view, filtered.window
        line.set_class(line.is_open or bool(view.typed_filter), "-shown")
        if not line.is_open:  # what is being typed may be newer than what the table has
            line.show_text(view.typed_filter)
        if view.filter_error:
            kept = f"; still: {view.good_filter}" if view.good_filter else ""
            line.say(view.filter_error + kept, is_error=True)
        else:
            line.say(f"{window.passed:,} of {window.total:,}" if view.filter else "")
