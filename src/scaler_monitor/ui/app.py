"""The Textual app of the top view and the tabs: makes its parts, connects them, and closes them in order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from textual import events, on
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.worker import WorkerFailed

from scaler_monitor.link.interface import Link
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.collector_polling import (
    INTERVAL_SECONDS,
    AnswerCame,
    CollectorLost,
    CollectorPolling,
)
from scaler_monitor.ui.command_dispatch import CommandDispatch, takers_in_sight
from scaler_monitor.ui.copying.row_copier import RowCopier
from scaler_monitor.ui.copying.table_export import TableExport
from scaler_monitor.ui.filter_control import FilterControl
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.glyphs import choose_glyphs
from scaler_monitor.ui.job_control import job_controlled
from scaler_monitor.ui.key_order import KeyQueue
from scaler_monitor.ui.keyboard.driver import reading_driver
from scaler_monitor.ui.keys import KEYS
from scaler_monitor.ui.narrow_update import NarrowScreen
from scaler_monitor.ui.navigation import Navigation
from scaler_monitor.ui.notices import Notices
from scaler_monitor.ui.program_commands import ProgramCommands
from scaler_monitor.ui.self_panel import SelfPanel
from scaler_monitor.ui.session import ViewerSession
from scaler_monitor.ui.settings.store import SettingsStore
from scaler_monitor.ui.settings.writer import SettingsWriter
from scaler_monitor.ui.settings_commands import SettingsCommands, apply_to_view_state
from scaler_monitor.ui.status import StatusLine
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.terminal import counting_driver, honour_no_color
from scaler_monitor.ui.themes import DEFAULT_THEME, register_themes, theme_for_terminal
from scaler_monitor.ui.view_state import ViewState

if TYPE_CHECKING:
    from scaler_monitor.ui.monitor import Monitor

CLOSE_SECONDS = 0.5
"""How long the link may take to close before the program ends without it."""
TICK_SECONDS = 1.0


class MonitorApp(App[None]):
    """The top view and the tabs, fed by one link; `interval` is the seconds between two questions.

    `clock` gives unix seconds. If it is given, ages are computed with it too; otherwise with the steady
    clock.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "scaler-monitor"
    BINDINGS = [key.binding for key in KEYS]
    CSS = """
    Screen { background: $background; layout: vertical; overflow: hidden; }
    SearchIcon { display: none; }
    """

    def __init__(
        self,
        link: Link,
        *,
        start: Literal["top", "tabs"] = "top",
        address: str = "",
        theme: str = "",
        glyphs: str = "auto",
        clock: Callable[[], float] | None = None,
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self._colourless = honour_no_color()
        super().__init__()
        self.animation_level = "none"
        register_themes(self)
        self.theme = theme or DEFAULT_THEME
        self.failure: Exception | None = None
        self._link = link
        self._start = start
        # The widgets, from top to bottom
        self.glyphs = choose_glyphs(glyphs)
        self._status = StatusLine(address, self.glyphs, clock or steady_now)
        self._tab_bar, self._crumbs = TabBar(), Crumbs(self.glyphs)
        self.body = Body()
        self._self_panel = SelfPanel(self.glyphs, lambda: int(getattr(self._driver, "bytes_written", 0)))
        self._filter_line = FilterLine()
        self._key_line = KeyLine(self.glyphs)
        # The parts that work with them
        self.view_state = ViewState()
        self.notices = Notices(self._key_line)
        self.settings = SettingsWriter(self.notices.show)
        self.collector = CollectorPolling(link, lambda: self.session.question(), self.post_message, interval)
        self.session = ViewerSession(self.body, self._status, self.collector, clock or time.time)
        self.key_queue = KeyQueue(self, self.body, super().on_event, self.notices.show, self.fail)
        self.commands = CommandDispatch(
            lambda: takers_in_sight(self.body.pane, self.focused), self._key_line.show_usable
        )
        self.filters = FilterControl(
            self._filter_line, self.body, lambda: self.focused, self.commands.update_footer
        )
        self.navigation = Navigation(self.body, self._tab_bar, self._crumbs, self.filters, self._pane_changed)
        self._row_copier = RowCopier(self, self.body, self.notices, self.glyphs)
        self.commands.add_handlers(
            self.navigation,
            self.filters,
            self.session,
            self._row_copier,
            TableExport(self, self.body, self.notices, self.session, self.collector),
            SettingsCommands(self, self.body, self.view_state, self.settings),
            ProgramCommands(self, self._self_panel, self.notices, self.collector),
        )

    def apply_settings(self, store: SettingsStore) -> None:
        """Apply the settings of `store` and save new ones there; call before the app runs."""
        self.settings.store = store
        self.theme = store.settings.theme or theme_for_terminal(self.console.color_system, self.no_color)
        apply_to_view_state(store.settings, self.view_state)

    # Hooks that Textual calls

    @property
    def native_ansi_color(self) -> bool:
        """Whether the theme's ANSI colours are sent to the terminal unchanged.

        True when colour is unwanted: Textual then sends no colours at all, instead of shades of grey.
        """
        return self._colourless or super().native_ansi_color

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver for this system, with our own reading, a byte counter and job control."""
        return job_controlled(reading_driver(counting_driver(super().get_driver_class())))

    def get_default_screen(self) -> NarrowScreen:
        """Return a screen that repaints only the cells that changed."""
        return NarrowScreen()

    def compose(self) -> ComposeResult:
        """Yield the status lines, the tab bar, the panes, the filter line and the footer."""
        yield self._status
        yield self._tab_bar
        yield self._crumbs
        yield self.body
        yield self._self_panel
        yield self._filter_line
        yield self._key_line

    async def on_event(self, event: events.Event) -> None:
        """Handle events; keys go through the key queue, which keeps their order."""
        await self.key_queue.on_event(event)

    async def action_command(self, command_id: str) -> None:
        """Run a command of the key table: the action of all bindings."""
        await self.commands.run(command_id)

    # Start and end

    async def on_mount(self) -> None:
        """Show the first pane and start polling; redraw everything after a Ctrl+Z and `fg`."""
        asyncio.get_running_loop().set_exception_handler(self._task_failed)
        self.session.update_clock()
        await self.navigation.go_to("top" if self._start == "top" else "")
        self.notices.show_waiting()
        self.call_after_refresh(self._start_polling)
        self.set_interval(TICK_SECONDS, self._tick)
        self.app_resume_signal.subscribe(self, self._resume)

    def _start_polling(self) -> None:
        """Start polling the collector, after the first frame: the imports of the link would delay that."""
        self.run_worker(self.collector.run(), name="collector", exit_on_error=True)

    def _tick(self) -> None:
        self.session.update_clock()
        self.notices.expire()

    def _resume(self, _: object) -> None:
        """Redraw everything and poll at once: the data on the screen is as old as the suspension was long."""
        self.refresh(layout=True)
        self.collector.poll_now()

    def on_resize(self) -> None:
        """Redraw everything: a terminal that was small for a moment has lost part of the screen."""
        self.refresh(layout=True)

    async def on_unmount(self) -> None:
        """Close the link, within `CLOSE_SECONDS`, and finish pending writes."""
        with contextlib.suppress(asyncio.TimeoutError, OSError):
            await asyncio.wait_for(self._link.close(), CLOSE_SECONDS)
        await self._row_copier.finish()
        await self.settings.finish()
        self.key_queue.stop()

    # Failures

    def fail(self, error: Exception) -> None:
        """Exit the app and keep the error in `failure`; may be called for an error from anywhere."""
        try:
            raise error
        except Exception as raised:  # Textual reports the exception that is being handled
            self._handle_exception(raised)

    def _task_failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and self.is_running:
            self.fail(error)

    def _handle_exception(self, error: Exception) -> None:
        """Exit the app, without a traceback on the screen; the first error is kept in `failure`."""
        super()._handle_exception(error)
        self._exit_renderables.clear()
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        self.failure = self.failure or error

    # Messages between the parts

    @on(AnswerCame)
    def _show_answer(self, message: AnswerCame) -> None:
        if not self.is_running or not self.body.is_attached:
            return
        self.session.show(message.question, message.answer)
        self.key_queue.rows_came()
        self.filters.update()
        if self._self_panel.display:
            self._self_panel.show(message.answer.status)

    @on(CollectorLost)
    def _show_loss(self, message: CollectorLost) -> None:
        self.session.show_lost(message.reason)

    def _pane_changed(self) -> None:
        self.commands.update_footer()
        self.call_after_refresh(self.commands.update_footer)
        self.collector.poll_now()

    @on(EntityTable.EntityChosen)
    async def _open_entity(self, message: EntityTable.EntityChosen) -> None:
        await self.navigation.open_entity(message.kind, message.id)

    @on(EntityTable.ViewChanged)
    def _view_changed(self) -> None:
        self.filters.update()
        self.collector.poll_now()

    @on(FilterLine.Typed)
    def _filter_typed(self, message: FilterLine.Typed) -> None:
        self.filters.apply(message.text)

    @on(FilterLine.Closed)
    def _filter_closed(self) -> None:
        self.filters.close()


if TYPE_CHECKING:
    _IS_A_MONITOR: type[Monitor] = MonitorApp  # as panes and tables use it
