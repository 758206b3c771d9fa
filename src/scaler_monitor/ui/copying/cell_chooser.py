"""The cells of one row, whole, to choose the one to copy."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

LABEL_WIDTH = 13
SHOWN_CHARACTERS = 500
"""Of a longer cell only the beginning is shown; all of it is copied."""


class CellChooser(ModalScreen[int | None]):
    """Gives the position of the chosen cell; None when it is left with Esc."""

    DEFAULT_CSS = """
    CellChooser {
        align: center middle; background: $background 60%;
        Vertical { width: 90%; max-width: 100; height: auto; max-height: 90%; border: round $accent;
                   background: $surface; padding: 0 1; }
        Static { color: $text-muted; height: auto; }
        OptionList { height: auto; max-height: 100%; border: none; background: $surface; }
    }
    """
    BINDINGS = [("escape", "dismiss(None)", "leave")]

    def __init__(self, cells: list[tuple[str, str]]) -> None:
        super().__init__()
        self._cells = cells

    def compose(self) -> ComposeResult:
        """Yield a line that says what Enter does, and the cells by label."""
        with Vertical():
            yield Static("Copy a cell: Enter takes, Esc leaves", markup=False)
            yield OptionList(
                *(
                    Text(
                        f"{label:<{LABEL_WIDTH}} {text[:SHOWN_CHARACTERS]}", no_wrap=True, overflow="ellipsis"
                    )
                    for label, text in self._cells
                )
            )

    def on_mount(self) -> None:
        """The first cell is the one that is mostly wanted."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the position of the chosen cell."""
        self.dismiss(event.option_index)
