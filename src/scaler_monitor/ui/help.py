"""The help page: all keys, symbols, filter syntax, and the columns of a table."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.ui.glyphs import UNICODE, Glyphs
from scaler_monitor.ui.keys import KEYS

KEY_WIDTH = 12
COLUMN_WIDTH = 58


def legend(glyphs: Glyphs) -> tuple[str, ...]:
    """Return the lines that explain row marks, states and filter syntax."""
    return (
        f"{glyphs.stale} in front of a row: not heard of for long; its figures are the last it told.",
        f"{glyphs.departed} it has left the cluster, and its row fades two minutes later.",
        f"{glyphs.gone} it is no longer in the list; its row stays while the cursor is on it.",
        "A dash is a figure that this scheduler does not tell.",
        "inactive waits at the scheduler, queued at a worker; running is on a processor.",
        "sent (the scheduler's own running) is given to a worker: it waits there or runs.",
        "Filters: words, -word, /regex/, column:text, column>5; all of them must hold.",
    )


class HelpText(ScrollView, can_focus=True, inherit_bindings=False):
    """Scrollable help text: key groups in as many columns as fit, then the columns of `table`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HelpText {
        height: 1fr; width: 1fr; background: $background; color: $foreground; scrollbar-size-vertical: 1;
        overflow-x: hidden; scrollbar-background: $background; scrollbar-color: $panel-lighten-2;
        &> .help-text--group { color: $text-accent; text-style: bold; }
        &> .help-text--key { color: $footer-key-foreground; text-style: bold; }
        &> .help-text--note { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES = {"help-text--group", "help-text--key", "help-text--note"}

    def __init__(self, table: TableSpec | None = None, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._table, self._glyphs = table, glyphs
        self._page: list[Strip] = []

    def _blocks(self) -> list[list[list[Segment]]]:
        group_style = self.get_component_rich_style("help-text--group")
        key_style = self.get_component_rich_style("help-text--key")
        groups = list(dict.fromkeys(key.group for key in KEYS))
        blocks = []
        for group in groups:
            lines = [[Segment(f" {group}", group_style)]]
            lines += [
                [
                    Segment(f"   {key.written:<{KEY_WIDTH}} ", key_style),
                    Segment(key.describe, self.rich_style),
                ]
                for key in KEYS
                if key.group == group
            ]
            lines.append([])
            blocks.append(lines)
        return blocks

    def _lines(self, width: int) -> list[Strip]:
        columns = max(1, min(3, width // COLUMN_WIDTH))
        blocks = self._blocks()
        share = sum(len(block) for block in blocks) / columns
        stacks: list[list[list[Segment]]] = [[] for _ in range(columns)]
        at = 0
        for block in blocks:
            if at < columns - 1 and len(stacks[at]) and len(stacks[at]) + len(block) / 2 > share:
                at += 1
            stacks[at] += block
        cells = width // columns
        strips = [Strip.blank(width, self.rich_style)]
        for y in range(max(len(stack) for stack in stacks)):
            parts = [
                Strip(stack[y] if y < len(stack) else []).adjust_cell_length(cells, self.rich_style)
                for stack in stacks
            ]
            strips.append(Strip.join(parts).adjust_cell_length(width, self.rich_style))
        note = self.get_component_rich_style("help-text--note")
        lines = [[Segment(f" {text}", note)] for text in legend(self._glyphs)] + self._columns()
        return strips + [Strip(line).adjust_cell_length(width, self.rich_style) for line in lines]

    def _columns(self) -> list[list[Segment]]:
        """Return lines for the columns of the table; empty without a table."""
        if self._table is None:
            return []
        group_style = self.get_component_rich_style("help-text--group")
        key_style = self.get_component_rich_style("help-text--key")
        return [
            [],
            [Segment(f" Columns of {self._table.title}", group_style)],
            *(
                [
                    Segment(f"   {column.title:<{KEY_WIDTH}} ", key_style),
                    Segment(column.describe, self.rich_style),
                ]
                for column in self._table.columns
            ),
        ]

    def on_resize(self) -> None:
        """Lay out the text for the new width."""
        width = max(self.scrollable_content_region.width, 1)
        self._page = self._lines(width)
        self.virtual_size = Size(width, len(self._page))
        self.refresh()

    def notify_style_update(self) -> None:
        """Lay out the text in the styles of a new theme."""
        super().notify_style_update()
        if self.is_attached and self.size.width:
            self._page = self._lines(max(self.scrollable_content_region.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the screen."""
        y += self.scroll_offset.y
        if y < len(self._page):
            return self._page[y].adjust_cell_length(self.size.width, self.rich_style)
        return Strip.blank(self.size.width, self.rich_style)

    def command_up(self) -> None:
        """Scroll one line up."""
        self.scroll_to(y=self.scroll_offset.y - 1, animate=False)

    def command_down(self) -> None:
        """Scroll one line down."""
        self.scroll_to(y=self.scroll_offset.y + 1, animate=False)

    def command_page_up(self) -> None:
        """Scroll one page up."""
        self.scroll_to(y=self.scroll_offset.y - self.size.height, animate=False)

    def command_page_down(self) -> None:
        """Scroll one page down."""
        self.scroll_to(y=self.scroll_offset.y + self.size.height, animate=False)

    def command_first(self) -> None:
        """Scroll to the top."""
        self.scroll_home(animate=False)

    def command_last(self) -> None:
        """Scroll to the end."""
        self.scroll_end(animate=False)
