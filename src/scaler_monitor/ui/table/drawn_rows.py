"""The rows in sight, drawn on Textual's line API: cost follows the screen, not the table's length."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from scaler_monitor.protocol.column import Table
from scaler_monitor.protocol.format.amounts import counted
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.look import TableLook
from scaler_monitor.ui.monitor import Monitor, monitor_of
from scaler_monitor.ui.painted import changed_spans
from scaler_monitor.ui.table.layout import GAP, GUTTER, Placed, place_columns, total_width
from scaler_monitor.ui.table.scroll_bar import TableScrollBar
from scaler_monitor.ui.table.window import Row, RowWindow


class DrawnRows(ScrollView, can_focus=True, inherit_bindings=False):
    """Header and rows of one table of `protocol.tables`, by its look; `window` holds the rows."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DrawnRows {
        height: 1fr; width: 1fr; background: $background; scrollbar-size-horizontal: 0;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        scrollbar-background: $background; scrollbar-color: $panel-lighten-2;
        scrollbar-background-hover: $background; scrollbar-background-active: $background;
        &> .entity-table--header { color: $text-muted; background: $panel; }
        &> .entity-table--sorted { color: $text; background: $panel; text-style: bold; }
        &:ansi > .entity-table--header { color: $foreground; text-style: reverse; }
        &:ansi > .entity-table--sorted { color: $foreground; text-style: bold reverse; }
        &> .entity-table--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }
        &:nocolor > .entity-table--cursor { text-style: reverse; }
        &> .entity-table--cursor-blurred { color: $text; background: $panel; }
        &> .entity-table--mark { color: $text-warning; }
        &> .entity-table--faded { color: $text-disabled; text-style: italic; }
        &> .entity-table--good { color: $text-success; }
        &> .entity-table--warn { color: $text-warning; }
        &> .entity-table--bad { color: $text-error; text-style: bold; }
        &> .entity-table--dim { color: $text-muted; }
        &> .entity-table--accent { color: $text-accent; }
        &> .entity-table--empty { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES = {
        "entity-table--header",
        "entity-table--sorted",
        "entity-table--cursor",
        "entity-table--cursor-blurred",
        "entity-table--mark",
        "entity-table--faded",
        "entity-table--good",
        "entity-table--warn",
        "entity-table--bad",
        "entity-table--dim",
        "entity-table--accent",
        "entity-table--empty",
    }

    def __init__(
        self,
        table: str | Table,
        *,
        look_name: str = "",
        empty: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.table = TABLES[table] if isinstance(table, str) else table
        self.look_name = look_name or self.table.key
        self.empty = empty or f"no {self.table.title.lower()}"
        self.window = RowWindow()
        self.answered = False
        self._own_look: TableLook | None = None
        self._lines: dict[int, Strip] = {}
        self._inks: dict[str, Style] = {}
        self._placed: list[Placed] = []
        self._placed_for: tuple[Any, ...] = ()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """One that this terminal can draw, and that repaints little."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = TableScrollBar(is_ascii=self.glyphs.name == "ascii")
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001
        return self._vertical_scrollbar

    @property
    def look(self) -> TableLook:
        """Sort, filter and cursor; shared with every widget that shows the same table."""
        if self._own_look is None:
            self._own_look = self.monitor.looks.of(self.table, self.look_name)
        return self._own_look

    @property
    def monitor(self) -> Monitor:
        """The app, typed."""
        return monitor_of(self)

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs of this terminal."""
        return self.monitor.glyphs if self.is_attached else UNICODE

    @property
    def in_sight(self) -> bool:
        """Whether there is anything of it to see, so that it is worth asking for."""
        return self.is_attached and self.size.height > 0 and self.size.width > 0 and self.visible_here

    @property
    def visible_here(self) -> bool:
        """Whether it and all that it lies in is displayed."""
        return all(getattr(node, "display", True) for node in self.ancestors_with_self)

    @property
    def screenful(self) -> int:
        """Rows that fit under the header."""
        return max(self.scrollable_content_region.height - 1, 1)

    @property
    def top(self) -> int:
        """Position of the first row in sight."""
        return max(self.scroll_offset.y, 0)

    @property
    def columns(self) -> list[Placed]:
        """The columns on the screen."""
        look = self.look
        key = (self.scrollable_content_region.width, look.hidden, look.wide, look.sort)
        if key != self._placed_for:
            self._placed = place_columns(
                self.table.columns, look.hidden, key[0], wide=look.wide, sort=look.sort
            )
            self._placed_for = key
        return self._placed

    def _lay_out(self) -> None:
        size = Size(max(total_width(self.columns), 1), self.window.count + 1)
        if size == self.virtual_size:
            return
        if self._only_longer(size):
            self.set_reactive(DrawnRows.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size
            self._lines.clear()
            self.refresh()

    def _only_longer(self, size: Size) -> bool:
        """Whether nothing changes with `size` but how far one can scroll: no layout, no other lines."""
        height = self.scrollable_content_region.height
        return (
            size.width == self.virtual_size.width
            and self.virtual_size.height > height
            and size.height > height
            and size.height - height >= self.scroll_offset.y
        )

    def repaint(self, lines: int | None = None) -> None:
        """Draw again the cells in sight that changed, of the first `lines` only where that is told."""
        if not self.is_attached:
            return
        regions = []
        for y in range(self.size.height)[:lines]:
            old = self._lines.get(y)
            if old is None:  # what the screen shows there is not known
                regions.append(Region(0, y, self.size.width, 1))
                continue
            new = self._lines[y] = self._line(y)
            regions += [Region(x, y, width, 1) for x, width in changed_spans(old, new)]
        if regions:
            self.refresh(*regions)

    def repaint_all(self) -> None:
        """Draw every line again: scrolled, resized, restyled."""
        self._lines.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, or a row."""
        line = self._lines.get(y)
        if line is None or line.cell_length != self.size.width:
            line = self._lines[y] = self._line(y)
        return line

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            segments = self._header()
        else:
            position = self.top + y - 1
            row = self.window.at(position)
            if row is not None:
                segments = self._row(row)
            elif y == 1 and self.answered and not self.window.count:
                segments = [Segment(" " * GUTTER + self.empty_sentence(), self._ink("empty"))]
            else:
                segments = []
        back = self._ink("header") if y == 0 else self._ink("")
        strip = Strip(segments)
        if not self.scroll_offset.x and strip.cell_length < width:  # as below, with one strip less to make
            return Strip([*segments, Segment(" " * (width - strip.cell_length), back)], width)
        return strip.crop(self.scroll_offset.x).crop(0, width).adjust_cell_length(width, back)

    def empty_sentence(self) -> str:
        """What stands in place of rows."""
        if self.look.filter and self.window.total:
            return f"none of {counted(self.window.total, 'row')} matches the filter"
        return self.empty

    def _header(self) -> list[Segment]:
        look, glyphs = self.look, self.glyphs
        plain, marked = self._ink("header"), self._ink("sorted")
        segments = [Segment(" " * GUTTER, plain)]
        for place in self.columns:
            column = place.column
            title, style = column.title, plain
            if column.key == look.sort:
                arrow = glyphs.descending if look.descending else glyphs.ascending
                title, style = fit(title, min(len(title), place.width - 1), glyphs.cut) + arrow, marked
            segments.append(Segment(fit(title, place.width, glyphs.cut, column.align) + " " * GAP, style))
        return segments

    def _row(self, row: Row) -> list[Segment]:
        glyphs = self.glyphs
        on_cursor = bool(row.id) and row.id == self.look.cursor
        faded = row.mark in ("departed", "gone")
        if on_cursor:
            base = self._ink("cursor" if self.has_focus else "cursor-blurred")
        else:
            base = self._ink("faded") if faded else self._ink("")
        mark = {"departed": glyphs.departed, "stale": glyphs.stale, "gone": glyphs.gone}.get(row.mark, " ")
        mark_style = base if on_cursor or not row.mark else self._ink("mark")
        segments = [Segment(glyphs.cursor if on_cursor else " ", base), Segment(mark, mark_style)]
        for place in self.columns:
            value = row.values[place.place] if place.place < len(row.values) else None
            column, style = place.column, base
            if column.tone is not None and not on_cursor and not faded:
                tone = column.tone(value)
                if tone:
                    style = self._ink(tone)
            text = fit(column.format(value), place.width, glyphs.cut, column.align)
            segments.append(Segment(text + " " * GAP, style))
        return segments

    def _ink(self, name: str) -> Style:
        style = self._inks.get(name)
        if style is None:
            style = self.get_component_rich_style(f"entity-table--{name}") if name else self.rich_style
            self._inks[name] = style
        return style

    def notify_style_update(self) -> None:
        """Look styles up again: theme, focus or a pseudo class changed."""
        super().notify_style_update()
        self._inks.clear()
        self._lines.clear()
