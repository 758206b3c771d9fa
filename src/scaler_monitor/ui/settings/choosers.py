"""Dialogs to choose the columns of a table, and a theme."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.ui.themes import theme_names

STYLE = """
{name} {{ align: center middle; background: $background 60%;
  Vertical {{ width: {width}; max-width: 95%; height: auto; max-height: 90%; border: round $accent;
              background: $surface; padding: 0 1; }}
  Static {{ color: $text-muted; height: auto; }}
  OptionList, OptionList:focus {{ height: auto; max-height: 100%; border: none; background: $surface;
    text-wrap: nowrap; text-overflow: ellipsis; }} }}
"""


class ColumnChooser(ModalScreen[frozenset[str] | None]):
    """Dialog for the columns of one table; its result is the keys of the hidden columns, None after Esc."""

    DEFAULT_CSS = STYLE.format(name="ColumnChooser", width=106)
    BINDINGS = [
        ("escape", "dismiss(None)", "leave"),
        ("space", "turn", "on or off"),
        Binding("enter", "take", "take", priority=True),
    ]

    def __init__(self, table: TableSpec, hidden: frozenset[str]) -> None:
        super().__init__()
        self._table, self._hidden = table, set(hidden)

    def compose(self) -> ComposeResult:
        """Yield a line about keys, and the list of columns."""
        with Vertical():
            yield Static(
                Text(f"Columns of {self._table.title}: Space on or off, Enter takes, Esc leaves"),
                markup=False,
            )
            yield OptionList(*(Option(self._line(column), column.key) for column in self._table.columns))

    def on_mount(self) -> None:
        """Highlight the first column."""
        self.query_one(OptionList).highlighted = 0

    def action_turn(self) -> None:
        """Hide the highlighted column, or show it again."""
        columns = self.query_one(OptionList)
        if columns.highlighted is not None:
            self._turn(columns.highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Hide the clicked column, or show it again."""
        self._turn(event.option_index)

    def action_take(self) -> None:
        """Close with the hidden columns; with None if all are hidden."""
        known = {column.key for column in self._table.columns}
        self.dismiss(frozenset(self._hidden) if known - self._hidden else None)

    def _turn(self, at: int) -> None:
        column = self._table.columns[at]
        self._hidden ^= {column.key}
        self.query_one(OptionList).replace_option_prompt_at_index(at, self._line(column))

    def _line(self, column: ColumnSpec) -> Text:
        mark = " " if column.key in self._hidden else "x"
        line = Text(f"[{mark}] {column.title:<13} {column.describe}")
        line.stylize("dim" if mark == " " else "", 0, 3)
        return line


class ThemeChooser(ModalScreen[str | None]):
    """Dialog for the theme; its result is the theme's name, None after Esc."""

    DEFAULT_CSS = STYLE.format(name="ThemeChooser", width=44)
    BINDINGS = [("escape", "dismiss(None)", "leave")]

    def compose(self) -> ComposeResult:
        """Yield a line about keys, and the list of themes."""
        with Vertical():
            yield Static("Theme: Enter takes, Esc leaves", markup=False)
            yield OptionList(*(Option(name, id=name) for name in theme_names()))

    def on_mount(self) -> None:
        """Highlight the present theme."""
        names = theme_names()
        self.query_one(OptionList).highlighted = names.index(self.app.theme) if self.app.theme in names else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the name of the chosen theme."""
        self.dismiss(event.option.id)
