"""What panes, tables and parts of the app may ask of the app: `MonitorApp`, on top of them all."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App
from textual.dom import DOMNode
from textual.reactive import reactive

from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.ui.glyphs import Glyphs
from scaler_monitor.ui.keyboard.delay import ESCAPE_MILLISECONDS
from scaler_monitor.ui.look import Looks
from scaler_monitor.ui.settings.store import SettingsStore


class Monitor(App[None]):
    """The app as all below it know it."""

    glyphs: Glyphs
    looks: Looks
    """What this viewer looks at in each table, and the window and scales of time."""
    clock: Callable[[], float]
    """Unix seconds."""
    viewer: str
    """Tells this viewer from others of the same collector."""
    escape_seconds: float = ESCAPE_MILLISECONDS / 1000
    """How long the rest of a key may keep its ESC waiting before that is the Escape key."""
    store: SettingsStore | None = None
    """The settings; None remembers nothing."""
    paused: reactive[bool] = reactive(False, init=False)
    paused_since: float | None = None
    """Unix seconds of the picture that is held, once the collector has told it."""

    def hurry(self) -> None:
        """Ask again at once."""
        raise NotImplementedError

    def hurry_if_other(self) -> None:
        """Ask again at once, unless the last question was for just what is looked at now."""
        raise NotImplementedError

    async def ask(self, question: Question) -> Answer:
        """Ask something beside what is looked at; raises CollectorGone."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Say something once, for a few seconds."""
        raise NotImplementedError

    def remember(self, **choices: object) -> None:
        """Keep choices among the settings, by their names in the settings file."""
        raise NotImplementedError

    async def open_entity(self, kind: str, entity: str) -> None:
        """Go into an entity's page, where its kind has one."""
        raise NotImplementedError


def monitor_of(node: DOMNode) -> Monitor:
    """The app that `node` lies in."""
    app = node.app
    assert isinstance(app, Monitor)
    return app
