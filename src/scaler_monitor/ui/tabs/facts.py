"""Widget for the facts of one entity: labels and texts, in as many columns as fit."""

from __future__ import annotations

from rich.cells import cell_len

from scaler_monitor.ui.figures.styled_text import Line, StyledText
from scaler_monitor.ui.figures.widgets import Figure
from scaler_monitor.ui.glyphs import fit

Fact = tuple[str, str]
"""(label, text)."""


class Facts(Figure):
    """Lines with long facts come first; short facts are last, two per column."""

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
        self._longest: dict[
            str, int
        ] = {}  # longest text so far in cells, by label, so that facts do not move

    def set_facts(self, facts: list[Fact]) -> None:
        """Replace the facts, and set the height for them, up to LINES."""
        self._facts = facts
        for label, text in facts:
            self._longest[label] = max(self._longest.get(label, 0), cell_len(text))
        self._set_height()
        self.repaint()

    def on_resize(self) -> None:
        """Set the height for the new width."""
        self._set_height()

    def _set_height(self) -> None:
        needed = min(max(len(self._rows(self.size.width)), 1), self.LINES)
        if self.styles.height is None or self.styles.height.value != needed:
            self.styles.height = needed

    def _across(self, label: str, width: int) -> int:
        """Return how many facts with this label fit in one line."""
        columns, longest = max(width // self.COLUMN_CELLS, 1), self._longest[label]
        if longest <= self.SHORT_TEXT and cell_len(label) <= self.SHORT_LABEL:
            return 2 * columns
        wide = (across for across in (columns, (columns + 1) // 2) if longest <= self._room(width, across))
        return next(wide, 1)

    def _room(self, width: int, across: int) -> int:
        """Return the cells for a text if `across` facts share a line."""
        return width // across - self.LONG_LABEL - 3

    def _rows(self, width: int) -> list[tuple[int, list[Fact]]]:
        """Return for each line the maximum number of its facts, and the facts."""
        across = {fact: self._across(fact[0], width) for fact in self._facts}
        rows: list[tuple[int, list[Fact]]] = []
        for many in sorted(set(across.values())):
            facts = [fact for fact in self._facts if across[fact] == many]
            rows += [(many, facts[at : at + many]) for at in range(0, len(facts), many)]
        return rows

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the lines of the facts."""
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
