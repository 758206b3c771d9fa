"""The one Textual app of top and tabs: asks, hands answers to the pane in sight, and does what keys say."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal

from textual import on
from textual.app import ComposeResult
from textual.command import CommandPalette
from textual.driver import Driver
from textual.worker import WorkerFailed

from scaler_monitor.link.asking import Link
from scaler_monitor.protocol.page import HELD, NOW, Answer, Moment, Question
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.ui.conversation import INTERVAL_SECONDS, AnswerCame, CollectorLost, Conversation
from scaler_monitor.ui.copying.commands import Copying
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.glyphs import choose_glyphs
from scaler_monitor.ui.going import Going
from scaler_monitor.ui.job_control import job_controlled, shell_waits, stop_job
from scaler_monitor.ui.keyboard.driver import reading_driver
from scaler_monitor.ui.keys import KEYS
from scaler_monitor.ui.look import Looks
from scaler_monitor.ui.narrow_update import NarrowScreen
from scaler_monitor.ui.palette import CommandNames
from scaler_monitor.ui.remembering import Remembering
from scaler_monitor.ui.self_panel import SelfPanel
from scaler_monitor.ui.status import StatusLine
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.terminal import counting_driver, honour_no_color
from scaler_monitor.ui.themes import DEFAULT_THEME, register_themes

CLOSE_SECONDS = 0.5
"""How long the link may take to close before the program ends without it."""
TICK_SECONDS = 1.0
NOTICE_SECONDS = 5.0


class MonitorApp(Copying, Remembering, Going):
    """Top and tabs over one link; `interval` is between questions.

    `clock` gives unix seconds. Where it is given it is used for ages as well; else they go by the steady
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
        self.glyphs = choose_glyphs(glyphs)
        self.looks = Looks()
        self.failure: Exception | None = None
        self._link = link
        self._start = start
        self.clock = clock or time.time
        self._address = address
        self.viewer = uuid.uuid4().hex
        self._status = StatusLine(address, self.glyphs, clock or steady_now)
        self._conversation = Conversation(link, self.question, self.post_message, interval)
        self._notice_until = 0.0
        self._said_early = ""

    @property
    def native_ansi_color(self) -> bool:
        """Whether colours go to the terminal as the theme names them.

        Without colour they do: then Textual sends none, else greys, and black for the terminal's own.
        """
        return self._colourless or super().native_ansi_color

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this system, with our reading, its bytes counted, and whole after a stop."""
        return job_controlled(reading_driver(counting_driver(super().get_driver_class())))

    def get_default_screen(self) -> NarrowScreen:
        """A screen that repaints only the cells that changed."""
        return NarrowScreen()

    def compose(self) -> ComposeResult:
        """Status, places, the pane in sight, filter and keys."""
        yield self._status
        yield TabBar()
        yield Crumbs(self.glyphs)
        yield self.body
        yield SelfPanel(self.glyphs)
        yield FilterLine()
        yield KeyLine(self.glyphs)

    async def on_mount(self) -> None:
        """Begin: show the first pane and ask; draw all anew after a stop."""
        asyncio.get_running_loop().set_exception_handler(self._task_failed)
        self._status.now = self.clock()
        await self.go_to("top" if self._start == "top" else self._tab)
        if self._said_early:
            self.say(self._said_early)
        self.run_worker(self._conversation.run(), name="conversation", exit_on_error=True)
        self.set_interval(TICK_SECONDS, self._tick)
        self.app_resume_signal.subscribe(self, self._resume)

    def _resume(self, _: object) -> None:
        """Draw all anew, and ask at once: what is held is as old as the stop was long."""
        self.refresh(layout=True)
        self.hurry()

    def on_resize(self) -> None:
        """Draw all: a terminal that was small for a moment has lost what it showed."""
        self.refresh(layout=True)

    async def on_unmount(self) -> None:
        """Let the collector go, waiting no longer than `CLOSE_SECONDS`."""
        with contextlib.suppress(asyncio.TimeoutError, OSError):
            await asyncio.wait_for(self._link.close(), CLOSE_SECONDS)

    def fail(self, error: Exception) -> None:
        """Leave with the `failure`, whatever failed and where."""
        try:
            raise error
        except Exception as raised:  # Textual describes the one that is being handled
            self._handle_exception(raised)

    def _task_failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and self.is_running:
            self.fail(error)

    def _handle_exception(self, error: Exception) -> None:
        """Leave with the first `failure` instead of a traceback."""
        super()._handle_exception(error)
        self._exit_renderables.clear()
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        self.failure = self.failure or error

    def _tick(self) -> None:
        self._status.now = self.clock()
        if self._notice_until and time.monotonic() >= self._notice_until:
            self._notice_until, self.query_one(KeyLine).notice = 0.0, ""

    def say(self, text: str) -> None:
        """Say something once, in place of the keys; before there is a screen, as soon as there is one."""
        if not self.is_running:
            self._said_early = text
            return
        self.query_one(KeyLine).notice = text
        self._notice_until = time.monotonic() + NOTICE_SECONDS

    # Asking and showing

    @property
    def at(self) -> Moment:
        """The moment that is looked at."""
        return HELD if self.paused else NOW

    def question(self) -> Question:
        """All that is looked at now."""
        pane = self.pane
        wants = pane.wants() if pane is not None and self.body.entered.is_set() else None
        if wants is None:
            return Question(self.viewer, at=self.at, overview=False)
        return Question(
            self.viewer,
            at=self.at,
            overview=wants.overview,
            tables=wants.tables,
            figures=wants.figures,
            facts_kind=wants.facts_kind,
            facts_id=wants.facts_id,
        )

    async def ask(self, question: Question) -> Answer:
        """Ask something beside what is looked at; raises CollectorGone."""
        return await self._conversation.ask(question)

    def hurry(self) -> None:
        """Ask again at once."""
        self._conversation.hurry()

    @on(AnswerCame)
    def _show_answer(self, message: AnswerCame) -> None:
        if not self.is_running or not self.body.is_attached:
            return
        question, answer = message.question, message.answer
        self._status.now = self.clock()
        self._status.lost = ""
        self._status.status = answer.status
        is_shown = False
        if question.at == self.at:
            self.paused_since = answer.paused_since
            self._status.paused_since = (answer.paused_since or self._status.now) if self.paused else None
            is_shown = self.body.show(question, answer)
        if not is_shown:
            self._conversation.forget()
            self.hurry()
        elif answer.tables is not None and question != self.question():
            self._conversation.forget()  # a part of it may have found nobody to show it
        self.rows_came()
        self.show_filter()
        panel = self.query_one(SelfPanel)
        if panel.display:
            panel.show(answer.status)

    @on(CollectorLost)
    def _show_loss(self, message: CollectorLost) -> None:
        self._status.now = self.clock()
        self._status.lost = message.reason

    # Commands

    def command_pause(self) -> None:
        """Hold the picture still, or go on."""
        self.paused = not self.paused
        self.paused_since = None
        self._status.now = self.clock()
        self._status.paused_since = self._status.now if self.paused else None
        self.hurry()

    def command_self_panel(self) -> None:
        """Show what the monitor itself costs, or leave it."""
        panel = self.query_one(SelfPanel)
        panel.display = not panel.display
        self.hurry()

    async def command_palette(self) -> None:
        """Every command by name."""
        await self.push_screen(CommandPalette([CommandNames], placeholder="a command"))

    @property
    def bytes_written(self) -> int:
        """Bytes that went to the terminal so far."""
        return int(getattr(self._driver, "bytes_written", 0))

    def command_quit(self) -> None:
        """Quit at once."""
        self.exit()

    def command_suspend(self) -> None:
        """To the shell, and back with fg."""
        if shell_waits():
            stop_job()
        else:
            self.say("no shell waits behind this terminal: a stop would hold it for ever")

    def command_next_part(self) -> None:
        """To the next part of the screen."""
        self.screen.focus_next()

    def command_previous_part(self) -> None:
        """To the part before."""
        self.screen.focus_previous()
