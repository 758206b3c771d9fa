"""The stack of panes: the top view or a tab at the bottom, pages of entities and help above it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.ui.help import HelpText
from scaler_monitor.ui.narrow_update import NarrowScreen
from scaler_monitor.ui.pane import Filtered, Pane
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.tabs.registry import page_of, pane_of_tab
from scaler_monitor.ui.top.top_view import TopView

if TYPE_CHECKING:
    from textual.app import ComposeResult

MAX_DEPTH = 20
OLD_SECONDS = 2.0
"""Data older than this is not shown again when a pane comes back into sight: new data is waited for."""
HOLD_SECONDS = 0.15
"""How long the previous pane stays on the screen meanwhile; after that the new one is painted, old data under
a cover that says what is waited for. Most answers come sooner, so that the screen is painted only once."""


class HelpPage(Pane):
    """The help text as a pane."""

    crumb = "Help"
    needs_answer = False

    def __init__(self, table: TableSpec | None) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        """Yield the key table with its explanations."""
        yield HelpText(self._table, self.monitor.glyphs)

    def entered(self) -> None:
        """Focus the text, so that the keys that move scroll it."""
        self.screen.set_focus(self.query_one(HelpText), scroll_visible=False)


class Cover(Widget):
    """Covers a pane with old data, so that nobody takes the data for current."""

    DEFAULT_CSS = """
    Cover {
        layer: cover; width: 1fr; height: 1fr; display: none; background: $background; color: $text-muted;
    }
    """

    def render(self) -> str:
        """The text that stands in place of the old data."""
        return " asking for what is now"


class Body(Container):
    """Holds the panes. Only the last one of `path` is in sight, and only its data is asked for."""

    DEFAULT_CSS = """
    Body { height: 1fr; width: 1fr; layers: panes cover; Pane { layer: panes; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._bases: dict[str, Pane] = {}
        self._base = ""
        self._pages: list[Pane] = []
        self.entered = asyncio.Event()
        """Set while the pane in sight is laid out and has the focus, and no other is about to replace it."""
        self._over_old = Cover()
        self._has_shown = False  # any answer, so that there is something to stay on the screen
        self._hold_timer: Timer | None = None
        self._coming: Pane | None = None  # comes into sight once it is laid out

    @property
    def _painted(self) -> NarrowScreen:
        screen = self.screen
        assert isinstance(screen, NarrowScreen)
        return screen

    def compose(self) -> ComposeResult:
        """Yield the cover; panes are mounted when they first come into sight."""
        yield self._over_old

    def on_mount(self) -> None:
        """Give a new pane the focus once it is laid out."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._laid_out)

    def show(self, question: Question, answer: Answer) -> bool:
        """Let the pane in sight draw an answer; returns False if another pane had asked for it."""
        pane = self.asking
        if pane is None or not pane.is_asked_by(question):
            return False
        pane.show(question, answer)
        pane.shown_at = steady_now()
        self._has_shown = True
        self._over_old.display = False
        self._let_go()
        return True

    def on_unmount(self) -> None:
        """Let painting go on, should it be held."""
        self._let_go()

    @property
    def base(self) -> str:
        """ "top" or the name of a tab."""
        return self._base

    @property
    def pane(self) -> Pane | None:
        """The pane in sight."""
        if self._pages:
            return self._pages[-1]
        return self._bases.get(self._base)

    @property
    def asking(self) -> Pane | None:
        """The pane to ask for: the one in sight, or the next one if it was laid out before.

        A pane that was in sight before is asked for while it is laid out again: both happen at once.
        """
        pane = self.pane
        if self.entered.is_set() or (pane is not None and pane is self._coming and pane.size):
            return pane
        return None

    @property
    def active_table(self) -> EntityTable | None:
        """The table that keys work on; None where there is none."""
        return self.pane.active_table if self.pane is not None else None

    @property
    def filtered(self) -> Filtered | None:
        """What the filter line filters; None where nothing can be filtered."""
        return self.pane.filtered if self.pane is not None else None

    @property
    def path(self) -> tuple[str, ...]:
        """The crumbs from the base to the pane in sight."""
        base = self._bases.get(self._base)
        return tuple(pane.crumb for pane in ([base] if base else []) + self._pages)

    async def show_base(self, name: str) -> bool:
        """Bring "top" or a tab into sight and remove all pages; returns False if there is no such tab."""
        pane = self._bases.get(name) or (TopView() if name == "top" else pane_of_tab(name))
        if pane is None:
            return False
        self._leave()
        if name not in self._bases:
            self._bases[name] = pane
            await self.mount(pane)
        while self._pages:
            await self._pages.pop().remove()
        self._base = name
        self._arrange()
        return True

    async def push(self, pane: Pane) -> None:
        """Bring a page into sight above the others."""
        self._leave()
        while len(self._pages) >= MAX_DEPTH:
            await self._pages.pop(0).remove()
        self._pages.append(pane)
        await self.mount(pane)
        self._arrange()

    async def push_entity(self, kind: str, entity: str) -> bool:
        """Bring the page of an entity into sight; returns False if its kind has no page."""
        page = page_of(kind, entity)
        if page is None:
            return False
        await self.push(page)
        return True

    async def pop(self) -> bool:
        """Remove the page in sight; returns False if there is none."""
        if not self._pages:
            return False
        self._leave()
        await self._pages.pop().remove()
        self._arrange()
        return True

    def _arrange(self) -> None:
        shown = self.pane
        for pane in [*self._bases.values(), *self._pages]:
            pane.display = pane is shown
        old = steady_now() - OLD_SECONDS
        self._over_old.display = False
        if shown is not None and self._has_shown and shown.needs_answer and shown.shown_at < old:
            self._hold()
        else:
            self._let_go()
        self._coming = shown
        self.call_after_refresh(self._enter)

    def _hold(self) -> None:
        """Paint nothing until there is an answer, for `HOLD_SECONDS` at most."""
        self._let_go()
        self._painted.hold()
        self._hold_timer = self.set_timer(HOLD_SECONDS, self._cover_old)

    def _let_go(self) -> None:
        if self._hold_timer is not None:
            self._hold_timer.stop()
            self._hold_timer = None
        self._painted.let_go()

    def _cover_old(self) -> None:
        self._over_old.display = self.pane is not None and self.pane.shown_at > 0
        self._let_go()

    def _leave(self) -> None:
        """Let keys wait from here on, until the next pane has the focus."""
        self._coming = None
        self.entered.clear()

    def _laid_out(self, _: Screen[Any]) -> None:
        self._enter()

    def _enter(self) -> None:
        """Give the next pane the focus if it is laid out; otherwise `_laid_out` calls again."""
        pane = self._coming
        if pane is not None and pane.is_on_screen:
            self._coming = None
            pane.entered()
            self.entered.set()
            pane.monitor.collector.poll_if_changed()
