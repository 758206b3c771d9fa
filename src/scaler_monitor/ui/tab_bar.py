"""The tab bar, and the breadcrumbs of the open pages."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.ui.glyphs import UNICODE, Glyphs, cut_end, fit
from scaler_monitor.ui.painted import Painted
from scaler_monitor.ui.tab_list import Tab, all_tabs

CRUMB_CELLS = 57
"""Most cells of one crumb; enough for a whole task id or an ordinary name."""


class TabBar(Painted):
    """Tab names with their keys. If they do not fit, long titles are replaced by short names, then cut."""

    DEFAULT_CSS = """
    TabBar {
        height: 1; width: 1fr; background: $surface; color: $text-muted;
        &> .tab-bar--active { color: $text; background: $background; text-style: bold reverse; }
        &> .tab-bar--key { color: $footer-key-foreground; background: $surface; }
    }
    """
    COMPONENT_CLASSES = {"tab-bar--active", "tab-bar--key"}

    active: reactive[str] = reactive("", repaint=False)

    def watch_active(self) -> None:
        """Redraw for another tab."""
        self.repaint()

    def _names(self, width: int) -> list[tuple[str, str, Tab]]:
        """Return (key, name, tab) so that all fit in `width` cells; a key ends with a gap."""
        shown = all_tabs()
        longest = max(cell_len(tab.title) for tab in shown)
        whole = [[_name(tab, limit) for tab in shown] for limit in range(longest, 0, -1)]
        cut = [[tab.short[:limit] for tab in shown] for limit in range(longest, -1, -1)]
        keys = [f"{tab.digit} " if tab.digit else "" for tab in shown]
        for names in (*whole, *cut):
            if sum(len(key) + cell_len(name) + 1 for key, name in zip(keys, names, strict=True)) <= width:
                break
        return list(zip(keys, names, shown, strict=True))

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw key and name of each tab; the visible one is reversed."""
        parts: list[tuple[str, str]] = []
        for key, name, tab in self._names(width):
            if tab.name == self.active:
                parts.append((f"{key}{name}", "tab-bar--active"))
            else:
                parts += [(key.rstrip(), "tab-bar--key"), (f" {name}" if key else name, "")]
            parts.append((" ", ""))
        return [self.line(parts, width)]

    async def on_click(self, event: events.Click) -> None:
        """Open the clicked tab."""
        x = 0
        for key, name, tab in self._names(self.size.width):
            cells = len(key) + cell_len(name) + 1
            if x <= event.x < x + cells:
                await self.app.run_action(f"app.command('tab-{tab.name}')")
                return
            x += cells


def _name(tab: Tab, limit: int) -> str:
    """Return the title, or the short name if the title is longer than `limit` cells."""
    return tab.title if cell_len(tab.title) <= limit else tab.short


class Crumbs(Painted):
    """The path to the visible page; hidden while no page is open."""

    DEFAULT_CSS = """
    Crumbs {
        height: 1; width: 1fr; background: $surface; color: $text; display: none;
        &.-shown { display: block; }
    }
    """

    path: reactive[tuple[str, ...]] = reactive((), repaint=False)

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs

    def watch_path(self) -> None:
        """Show the crumbs if a page is open, else hide them."""
        self.set_class(len(self.path) > 1, "-shown")
        self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw the line; its end, the page itself, is always visible."""
        cut = self._glyphs.cut
        text = f" {self._glyphs.crumb} ".join(cut_end(crumb, CRUMB_CELLS, cut) for crumb in self.path)
        over = cell_len(text) - (width - 1)
        if over > 0:
            text = cut + text[over + 1 :]
        return [self.line([(" " + fit(text, width - 1, self._glyphs.cut), "")], width)]
