"""The commands of the program itself: palette, quit, suspend, focus, and what the monitor costs."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.command import CommandPalette

from scaler_monitor.ui.command_palette import CommandNames
from scaler_monitor.ui.job_control import shell_waits, stop_job
from scaler_monitor.ui.monitor import Poller
from scaler_monitor.ui.notices import Notices
from scaler_monitor.ui.self_panel import SelfPanel


class ProgramCommands:
    """Handles the commands that do the same in every pane."""

    def __init__(self, app: App[Any], self_panel: SelfPanel, notices: Notices, collector: Poller) -> None:
        self._host = app
        self._self_panel = self_panel
        self._notices = notices
        self._collector = collector

    async def command_palette(self) -> None:
        """Open the command palette."""
        await self._host.push_screen(CommandPalette([CommandNames], placeholder="a command"))

    def command_self_panel(self) -> None:
        """Show or hide the panel of resource usage."""
        self._self_panel.display = not self._self_panel.display
        self._collector.poll_now()

    def command_next_part(self) -> None:
        """Focus the next part of the screen."""
        self._host.screen.focus_next()

    def command_previous_part(self) -> None:
        """Focus the previous part of the screen."""
        self._host.screen.focus_previous()

    def command_suspend(self) -> None:
        """Stop the job, so that the shell has the terminal; `fg` continues it."""
        if shell_waits():
            stop_job()
        else:
            self._notices.show("no shell waits behind this terminal: a stop would hold it for ever")

    def command_quit(self) -> None:
        """Quit at once."""
        self._host.exit()
