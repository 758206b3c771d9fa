"""The lines of a table on the screen: header, rows, or the text of an empty table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from scaler_monitor.ui.table import styles
from scaler_monitor.ui.table.drawn_lines import DrawnLines
from scaler_monitor.ui.table.line_painter import LinePainter

if TYPE_CHECKING:
    from scaler_monitor.ui.table.entity_table import EntityTable


class TableLines:
    """Paints the lines of one table, and keeps them as they are on the screen."""

    def __init__(self, table: EntityTable) -> None:
        self._table = table
        self._painter = LinePainter(self._style_of)
        self._drawn = DrawnLines(self._paint)

    def line(self, y: int) -> Strip:
        """Return line `y` of the screen."""
        return self._drawn.line(y, self._table.size.width)

    def changed(self, lines: int | None = None) -> list[Region]:
        """Paint all lines, or the first `lines`, again; return the cells that differ from the screen."""
        return self._drawn.changed(self._table.size, lines)

    def clear(self) -> None:
        """Discard all lines, so that they are painted again."""
        self._drawn.clear()

    def clear_styles(self) -> None:
        """Discard all lines and styles: theme, focus or a pseudo class has changed."""
        self._painter.clear_styles()
        self._drawn.clear()

    def _paint(self, y: int) -> Strip:
        table, painter = self._table, self._painter
        view, glyphs, width = table.view, table.monitor.glyphs, table.size.width
        scrolled_cells, scrolled_rows = table.scroll_offset
        if y == 0:
            segments = painter.header(table.columns, view, glyphs)
            return painter.strip(segments, scrolled_cells, width, ground="header")
        row = table.window.at(max(scrolled_rows, 0) + y - 1)
        if row is not None:
            segments = painter.row(row, table.columns, view, glyphs, has_focus=table.has_focus)
        elif y == 1 and table.answered and not table.window.count:
            segments = painter.sentence(table.empty_sentence())
        else:
            segments = []
        return painter.strip(segments, scrolled_cells, width)

    def _style_of(self, name: str) -> Style:
        table = self._table
        return table.get_component_rich_style(styles.PREFIX + name) if name else table.rich_style
