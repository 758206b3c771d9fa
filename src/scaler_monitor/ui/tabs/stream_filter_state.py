"""The filter of the task stream: stored as that of a table, applied by the collector."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.protocol.page import StreamFigure
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.view_state import TableViewState


class StreamFilterState:
    """Filter state of the stream, in which workers count as rows; `changed` is called for a new filter."""

    def __init__(self, view: TableViewState, changed: Callable[[], object]) -> None:
        self._view = view
        self._changed = changed
        self._window = RowWindow()

    @property
    def view(self) -> TableViewState:
        """The filter as typed and applied, and its parse error."""
        return self._view

    @property
    def window(self) -> RowWindow:
        """Numbers of all and of matching workers."""
        return self._window

    def filter_by(self, text: str) -> None:
        """Apply a filter as typed; the next figure has its parse error."""
        view = self.view
        view.typed_filter, view.filter_error = text, ""
        if view.filter != text:
            view.filter = text
            self._changed()

    def take(self, asked: str, figure: StreamFigure) -> bool:
        """Use a figure for filter `asked`; return False if the figure must not be shown."""
        view = self.view
        if asked != view.filter:
            return False
        if figure.filter_error:
            view.filter_error, view.filter = figure.filter_error, view.good_filter
            self._changed()
            return False
        if view.filter == view.typed_filter:
            view.filter_error = ""
        view.good_filter = asked
        self._window.total, self._window.matched = figure.workers, figure.total
        return True
