"""The interface of the app for panes and tables; `MonitorApp` implements it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.dom import DOMNode

from scaler_monitor.ui.glyphs import Glyphs
from scaler_monitor.ui.settings.writer import SettingsWriter
from scaler_monitor.ui.view_state import ViewState


class Poller(Protocol):
    """The interface of the polling for panes and tables."""

    def poll_now(self) -> None:
        """Ask the next question at once."""

    def poll_if_changed(self) -> None:
        """Ask the next question at once, unless the last one was the same."""


class EntityOpener(Protocol):
    """The interface of the navigation for panes."""

    async def open_entity(self, kind: str, entity: str) -> None:
        """Open the page of an entity, if its kind has one."""


class Monitor(Protocol):
    """The interface of the app for panes and tables."""

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs of this terminal."""

    @property
    def view_state(self) -> ViewState:
        """Sort, filter and cursor of each table, and the window and scales of time."""

    @property
    def settings(self) -> SettingsWriter:
        """The user's settings, which can be read and saved."""

    @property
    def collector(self) -> Poller:
        """The polling of the collector."""

    @property
    def navigation(self) -> EntityOpener:
        """Opens the pages of entities."""


def monitor_of(node: DOMNode) -> Monitor:
    """Return the app of `node`."""
    return cast("Monitor", node.app)
