"""The facts of one thing, labels and texts, in as many columns as fit."""

from __future__ import annotations

from rich.cells import cell_len

from scaler_monitor.ui.figures.styled_text import Line, StyledText
from scaler_monitor.ui.figures.widgets import Figure
from scaler_monitor.ui.glyphs import fit

Fact = tuple[str, str]
"""Label and text."""


class Facts(Figure):
    """Each fact as narrow as all of its text allows: long ones first, short ones two in a column last."""

    DEFAULT_CSS = """
    Facts { height: 3; }
    """
    COLUMN_CELLS = 38
    LONG_LABEL, SHORT_LABEL = 13, 9
    SHORT_TEXT = 8
    LINES = 10

    def __init__(self, glyphs: str) -> None:
        super().__init__(glyphs)
        self._facts: list[Fact] = []
        self._longest: dict[str, int] = {}  # cells by label, for good: no fact changes its place for a text

    def put(self, facts: list[Fact]) -> None:
        """Show other facts, as high as they need, within bounds."""
        self._facts = facts
        for label, text in facts:
            self._longest[label] = max(self._longest.get(label, 0), cell_len(text))
        self._take_height()
        self.repaint()

    def on_resize(self) -> None:
        """Take the height that the facts need in the columns that fit the new width."""
        self._take_height()

    def _take_height(self) -> None:
        needed = min(max(len(self._rows(self.size.width)), 1), self.LINES)
        if self.styles.height is None or self.styles.height.value != needed:
            self.styles.height = needed

    def _across(self, label: str, width: int) -> int:
        """How many facts like this one share a line."""
        columns, longest = max(width // self.COLUMN_CELLS, 1), self._longest[label]
        if longest <= self.SHORT_TEXT and cell_len(label) <= self.SHORT_LABEL:
            return 2 * columns
        wide = (across for across in (columns, (columns + 1) // 2) if longest <= self._room(width, across))
        return next(wide, 1)

    def _room(self, width: int, across: int) -> int:
        """Cells for the text of one of so many facts in a line."""
        return width // across - self.LONG_LABEL - 3

    def _rows(self, width: int) -> list[tuple[int, list[Fact]]]:
        """The facts by line, each with how many there could be on it."""
        across = {fact: self._across(fact[0], width) for fact in self._facts}
        rows: list[tuple[int, list[Fact]]] = []
        for many in sorted(set(across.values())):
            facts = [fact for fact in self._facts if across[fact] == many]
            rows += [(many, facts[at : at + many]) for at in range(0, len(facts), many)]
        return rows

    def lines(self, width: int, height: int) -> list[Line]:
        """The facts, line after line."""
        columns = max(width // self.COLUMN_CELLS, 1)
        lines: list[Line] = []
        for across, facts in self._rows(width)[:height]:
            labels = self.LONG_LABEL if across <= columns else self.SHORT_LABEL
            line: Line = []
            for place, (label, text) in enumerate(facts, 1):
                cells = width // across if place < len(facts) else width - width // across * (place - 1)
                line.append(StyledText(" " + fit(label, labels, self.marks.cut) + " ", "dim"))
                line.append(StyledText(fit(text, cells - labels - 3, self.marks.cut) + " "))
            lines.append(line)
        return lines
