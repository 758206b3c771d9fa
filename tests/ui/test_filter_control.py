"""The filter line and its pane, in a small app."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widget import Widget

from scaler_monitor.ui.body import Body
from scaler_monitor.ui.filter_control import NOTHING_TO_FILTER, FilterControl
from scaler_monitor.ui.filter_line import FilterLine, FilterResult
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.view_state import TableViewState


class Filtered:
    """Forty rows, of which ten match any filter."""

    def __init__(self) -> None:
        self.view = TableViewState("cpu", True)
        self.window = RowWindow()
        self.window.total = self.window.matched = 40

    def filter_by(self, text: str) -> None:
        self.view.typed_filter = self.view.filter = text
        self.window.matched = 10 if text else 40


class OnePane(Body):
    """A body without panes, with rows of the test."""

    in_sight: Filtered | None = None

    @property
    def filtered(self) -> Filtered | None:
        return self.in_sight


class FilterApp(App[None]):
    """An app with only a filter line."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.panes = FilterLine(), OnePane()
        self.footers: list[Widget | None] = []
        self.control = FilterControl(
            self.line, self.panes, lambda: self.focused, lambda: self.footers.append(self.focused)
        )

    def compose(self) -> ComposeResult:
        yield self.line


async def test_typing_filters_and_the_line_shows_the_number_of_rows() -> None:
    app = FilterApp()
    async with app.run_test():
        rows = app.panes.in_sight = Filtered()
        assert app.control.allows_filter()
        app.control.command_filter()
        assert app.line.is_open
        app.control.command_filter()  # its key is text now
        assert app.line.entry.value == "/"
        app.control.apply("node")
        app.control.update()
        assert (rows.view.typed_filter, app.query_one(FilterResult).text) == ("node", "10 of 40")


async def test_the_line_is_visible_while_a_filter_is_applied() -> None:
    app = FilterApp()
    async with app.run_test():
        rows = app.panes.in_sight = Filtered()
        app.control.command_filter()
        app.control.apply("node")
        app.control.close()
        assert (app.line.is_open, app.line.has_class("-shown"), app.control.is_in_use) == (False, True, True)
        app.control.clear()
        assert (rows.view.filter, app.line.has_class("-shown"), app.control.is_in_use) == ("", False, False)
        assert app.footers == [None, None]


async def test_a_parse_error_is_shown_beside_the_applied_filter() -> None:
    app = FilterApp()
    async with app.run_test():
        rows = app.panes.in_sight = Filtered()
        rows.view.filter_error, rows.view.good_filter = "an open /", "node"
        app.control.update()
        result = app.query_one(FilterResult)
        assert (result.text, result.is_error) == ("an open /; still: node", True)


async def test_without_a_table_typed_keys_are_still_text() -> None:
    app = FilterApp()
    async with app.run_test():
        assert not app.control.allows_filter()
        app.control.otherwise_filter()
        assert app.line.is_open
        assert app.query_one(FilterResult).text == NOTHING_TO_FILTER
        app.control.close()
        assert not app.line.has_class("-shown")
