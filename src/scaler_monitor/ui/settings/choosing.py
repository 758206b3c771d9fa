"""Screens on which one chooses: the columns of a table, and a theme."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from scaler_monitor.ui.themes import theme_names
from scaler_monitor.views.column import Table

STYLE = """
{name} {{ align: center middle; background: $background 60%;
  Vertical {{ width: 64; max-width: 95%; height: auto; max-height: 90%; border: round $accent;
              background: $surface; padding: 0 1; }}
  Static {{ color: $text-muted; height: auto; }}
  SelectionList, OptionList {{ height: auto; max-height: 100%; border: none; background: $surface; }} }}
"""


class ColumnChooser(ModalScreen[frozenset[str] | None]):
    """Columns of one table on or off; gives the keys that are off, None when it is left with Esc."""

    DEFAULT_CSS = STYLE.format(name="ColumnChooser")
    BINDINGS = [("escape", "dismiss(None)", "leave"), Binding("enter", "take", "take", priority=True)]

    def __init__(self, table: Table, hidden: frozenset[str]) -> None:
        super().__init__()
        self._table, self._hidden = table, hidden

    def compose(self) -> ComposeResult:
        """Yield a line of keys, and the table's columns with a mark on those that are shown."""
        with Vertical():
            yield Static(
                Text(f"Columns of {self._table.title}: Space on or off, Enter takes, Esc leaves"),
                markup=False,
            )
            yield SelectionList[str](
                *(
                    Selection(
                        Text(f"{column.title:<13} {column.describe}"),
                        column.key,
                        column.key not in self._hidden,
                    )
                    for column in self._table.columns
                )
            )

    def on_mount(self) -> None:
        """Start on the first column."""
        self.query_one(SelectionList).highlighted = 0

    def action_take(self) -> None:
        """Give what is off; at least one column stays."""
        chosen = set(self.query_one(SelectionList).selected)
        hidden = frozenset(column.key for column in self._table.columns if column.key not in chosen)
        self.dismiss(hidden if chosen else None)


class ThemeChooser(ModalScreen[str | None]):
    """One of the themes; None when it is left with Esc."""

    DEFAULT_CSS = STYLE.format(name="ThemeChooser")
    BINDINGS = [("escape", "dismiss(None)", "leave")]

    def compose(self) -> ComposeResult:
        """Yield a line of keys, and the themes by name."""
        with Vertical():
            yield Static("Theme: Enter takes, Esc leaves", markup=False)
            yield OptionList(*(Option(name, id=name) for name in theme_names()))

    def on_mount(self) -> None:
        """Start on the theme in force."""
        names = theme_names()
        self.query_one(OptionList).highlighted = names.index(self.app.theme) if self.app.theme in names else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the name of the chosen theme."""
        self.dismiss(event.option.id)
