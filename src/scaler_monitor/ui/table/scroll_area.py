"""The scrollable area of a table: all rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView

from scaler_monitor.ui.table.column_layout import total_width

if TYPE_CHECKING:
    from scaler_monitor.ui.table.entity_table import EntityTable


class ScrollArea:
    """Sets the size of the area of one table, and scrolls it."""

    def __init__(self, table: EntityTable) -> None:
        self._table = table

    def fit(self) -> bool:
        """Set the size for the present rows and columns; return whether all lines must be painted again."""
        table = self._table
        size = Size(max(total_width(table.columns), 1), table.window.count + 1)
        if size == table.virtual_size:
            return False
        if self._is_only_longer(size):
            table.set_reactive(ScrollView.virtual_size, size)
            table.vertical_scrollbar.window_virtual_size = size.height
            return False
        table.virtual_size = size
        return True

    def _is_only_longer(self, size: Size) -> bool:
        """Return whether `size` changes only the range of the scrollbar: no layout, and no visible lines."""
        table = self._table
        height = table.scrollable_content_region.height
        return (
            size.width == table.virtual_size.width
            and table.virtual_size.height > height
            and size.height > height
            and size.height - height >= table.scroll_offset.y
        )

    def scroll_to_row(self, top: int) -> None:
        """Make the row at position `top` the first visible one."""
        self._table.scroll_to(y=max(top, 0), animate=False, force=True, immediate=True)

    def scroll_to_cell(self, x: int) -> None:
        """Scroll horizontally to cell `x`."""
        self._table.scroll_to(x=x, animate=False, force=True, immediate=True)
