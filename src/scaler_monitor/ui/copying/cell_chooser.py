"""A list of the cells of one row, to choose the one to copy."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

LABEL_WIDTH = 13
SHOWN_CHARACTERS = 500
"""A longer cell is cut in the list, and copied in full."""


class CellChooser(ModalScreen[int | None]):
    """Returns the position of the chosen cell; None after Esc."""

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
        """Highlight the first cell."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the position of the chosen cell."""
        self.dismiss(event.option_index)
