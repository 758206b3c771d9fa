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
"""A pane that becomes visible again shows its data at once only if they are at most this old."""
HOLD_SECONDS = 0.15
"""Maximum time that the previous pane stays on the screen until the new one has data. Then the new pane is
painted, with a cover over old data. Most answers arrive sooner, so that the screen is painted only once."""


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
    """Hides the old data of a pane, so that they are not mistaken for current data."""

    DEFAULT_CSS = """
    Cover {
        layer: cover; width: 1fr; height: 1fr; display: none; background: $background; color: $text-muted;
    }
    """

    def render(self) -> str:
        """Return the text that is shown instead of the old data."""
        return " waiting for current data"


class Body(Container):
    """Contains the panes. Only the last one of `path` is visible, and only its data are requested."""

    DEFAULT_CSS = """
    Body { height: 1fr; width: 1fr; layers: panes cover; Pane { layer: panes; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._bases: dict[str, Pane] = {}
        self._base = ""
        self._pages: list[Pane] = []
        self.entered = asyncio.Event()
        """Set while the visible pane is laid out and has the focus, and no other is about to replace it."""
        self._over_old = Cover()
        self._has_shown = False  # whether any answer was shown
        self._hold_timer: Timer | None = None
        self._coming: Pane | None = None  # becomes visible when it is laid out

    @property
    def _painted(self) -> NarrowScreen:
        screen = self.screen
        assert isinstance(screen, NarrowScreen)
        return screen

    def compose(self) -> ComposeResult:
        """Yield the cover; panes are mounted when they are first shown."""
        yield self._over_old

    def on_mount(self) -> None:
        """Subscribe to layouts, to focus a new pane when it is laid out."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._laid_out)

    def show(self, question: Question, answer: Answer) -> bool:
        """Show an answer in the visible pane; return False if the question was of another pane."""
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
        """Resume painting if it is suspended."""
        self._let_go()

    @property
    def base(self) -> str:
        """Name of the base: "top" or a tab."""
        return self._base

    @property
    def pane(self) -> Pane | None:
        """The visible pane; None before the first."""
        if self._pages:
            return self._pages[-1]
        return self._bases.get(self._base)

    @property
    def asking(self) -> Pane | None:
        """The pane whose data are requested: the visible one, or the next one if it was laid out before.

        So a pane that is shown again gets its data while it is laid out. None while a new pane is laid out.
        """
        pane = self.pane
        if self.entered.is_set() or (pane is not None and pane is self._coming and pane.size):
            return pane
        return None

    @property
    def active_table(self) -> EntityTable | None:
        """The table that keys act on; None if there is none."""
        return self.pane.active_table if self.pane is not None else None

    @property
    def filtered(self) -> Filtered | None:
        """The object that the filter line filters; None if nothing can be filtered."""
        return self.pane.filtered if self.pane is not None else None

    @property
    def path(self) -> tuple[str, ...]:
        """The crumbs from the base to the visible pane."""
        base = self._bases.get(self._base)
        return tuple(pane.crumb for pane in ([base] if base else []) + self._pages)

    async def show_base(self, name: str) -> bool:
        """Show "top" or a tab and remove all pages; return False if there is no such tab."""
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
        """Show a page on top of the others."""
        self._leave()
        while len(self._pages) >= MAX_DEPTH:
            await self._pages.pop(0).remove()
        self._pages.append(pane)
        await self.mount(pane)
        self._arrange()

    async def push_entity(self, kind: str, entity: str) -> bool:
        """Show the page of an entity; return False if its kind has no page."""
        page = page_of(kind, entity)
        if page is None:
            return False
        await self.push(page)
        return True

    async def pop(self) -> bool:
        """Remove the visible page; return False if there is none."""
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
        """Suspend painting until there is an answer, for at most `HOLD_SECONDS`."""
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
        """Make keys wait until the next pane has the focus."""
        self._coming = None
        self.entered.clear()

    def _laid_out(self, _: Screen[Any]) -> None:
        self._enter()

    def _enter(self) -> None:
        """Focus the next pane if it is laid out; otherwise `_laid_out` calls this again."""
        pane = self._coming
        if pane is not None and pane.is_on_screen:
            self._coming = None
            pane.entered()
            self.entered.set()
            pane.monitor.collector.poll_if_changed()
