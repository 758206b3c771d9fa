"""The filter of the task stream: kept as a table's is, judged by the collector with each figure."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.protocol.page import StreamFigure
from scaler_monitor.ui.look import TableLook
from scaler_monitor.ui.table.window import RowWindow


class StreamFilterState:
    """What `/` works on in the stream: workers are its rows. `changed` is called where it is another."""

    def __init__(self, look: TableLook, changed: Callable[[], object]) -> None:
        self._look = look
        self._changed = changed
        self._window = RowWindow()

    @property
    def look(self) -> TableLook:
        """The filter as typed and in force, and what is wrong with it."""
        return self._look

    @property
    def window(self) -> RowWindow:
        """How many workers there are, and how many pass."""
        return self._window

    def filter_by(self, text: str) -> None:
        """Use a filter as typed; whether it parses is told by the figure that comes."""
        look = self.look
        look.typed_filter, look.filter_error = text, ""
        if look.filter != text:
            look.filter = text
            self._changed()

    def take(self, asked: str, figure: StreamFigure) -> bool:
        """Learn from the figure that filter `asked` got; False where it is not to be shown."""
        look = self.look
        if asked != look.filter:
            return False
        if figure.filter_error:
            look.filter_error, look.filter = figure.filter_error, look.good_filter
            self._changed()
            return False
        if look.filter == look.typed_filter:
            look.filter_error = ""
        look.good_filter = asked
        self._window.total, self._window.matched = figure.workers, figure.total
        return True
