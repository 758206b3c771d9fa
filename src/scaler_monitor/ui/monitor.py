"""What panes and tables may use of the app they are in; `MonitorApp` has all of it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.dom import DOMNode

from scaler_monitor.ui.glyphs import Glyphs
from scaler_monitor.ui.settings.writer import SettingsWriter
from scaler_monitor.ui.view_state import ViewState


class Poller(Protocol):
    """The collector as panes and tables use it."""

    def poll_now(self) -> None:
        """Ask the next question at once."""

    def poll_if_changed(self) -> None:
        """Ask the next question at once, unless the last one was for just what is in sight now."""


class EntityOpener(Protocol):
    """Navigation as panes use it."""

    async def open_entity(self, kind: str, entity: str) -> None:
        """Open an entity's page, where its kind has one."""


class Monitor(Protocol):
    """The app as panes and tables know it."""

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs of this terminal."""

    @property
    def view_state(self) -> ViewState:
        """Sort, filter and cursor of each table, and the window and scales of time."""

    @property
    def settings(self) -> SettingsWriter:
        """The user's settings: read them, and save new ones."""

    @property
    def collector(self) -> Poller:
        """Where answers come from."""

    @property
    def navigation(self) -> EntityOpener:
        """What opens the page of an entity."""


def monitor_of(node: DOMNode) -> Monitor:
    """The app that `node` is in."""
    return cast("Monitor", node.app)
