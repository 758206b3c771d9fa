"""Short messages in the footer: before there is a screen, and until they expire."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from scaler_monitor.ui import notices
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.notices import Notices


class Footer(App[None]):
    """An app with only the last line."""

    def __init__(self) -> None:
        super().__init__()
        self.line = KeyLine()
        self.notices = Notices(self.line)

    def compose(self) -> ComposeResult:
        yield self.line


async def test_a_message_before_the_screen_waits_for_it() -> None:
    app = Footer()
    app.notices.show("early")
    async with app.run_test():
        assert app.line.notice == ""
        app.notices.show_waiting()
        assert app.line.notice == "early"


async def test_a_message_disappears_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Footer()
    async with app.run_test():
        app.notices.show("first")
        app.notices.expire()
        assert app.line.notice == "first"
        monkeypatch.setattr(notices, "NOTICE_SECONDS", 0.0)
        app.notices.show("second")
        app.notices.expire()
        assert app.line.notice == ""
