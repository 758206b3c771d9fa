"""Private parts of Textual that the screens are built on: a release without one fails here, by its name."""

from __future__ import annotations

import inspect

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

METHODS = [
    (App, "_handle_exception", ["self", "error"]),
    (App, "_start_widget", ["self", "parent", "widget"]),
    (Compositor, "render_partial_update", ["self"]),
    (ChopsUpdate, "__init__", ["self", "chops", "spans", "chop_ends"]),
    (Screen, "_compositor_refresh", ["self"]),
    (XTermParser, "feed", ["self", "data"]),
    (LinuxDriver, "_get_terminal_size", ["self"]),
    (LinuxDriver, "start_application_mode", ["self"]),
    (LinuxDriver, "_sigtstp_application", ["self", "_"]),
    (LinuxDriver, "_sigcont_application", ["self", "_"]),
]


@pytest.mark.parametrize(("owner", "name", "parameters"), METHODS, ids=[name for _, name, _ in METHODS])
def test_method(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_the_driver_knows_its_reading_thread_and_loop() -> None:
    assert "_key_thread" in LinuxDriver.__init__.__code__.co_names
    assert "_loop" in Driver.__init__.__code__.co_names
    assert "_app" in Driver.__init__.__code__.co_names


def test_the_parser_keeps_what_it_knows_of_the_terminal() -> None:
    known = {"last_x", "last_y", "mouse_pixels", "terminal_size", "terminal_pixel_size"}
    assert known <= vars(XTermParser()).keys()


def test_the_driver_knows_whether_it_was_stopped() -> None:
    assert "_must_signal_resume" in LinuxDriver.__init__.__code__.co_names
    assert "_must_signal_resume" in LinuxDriver._sigtstp_application.__code__.co_names


async def test_attributes() -> None:
    """Where a screen has its compositor and its scrollbar, an app its driver and its last words."""
    app: App[None] = App()
    async with app.run_test():
        assert type(app.screen._compositor) is Compositor
        assert app.screen._vertical_scrollbar is None
        assert app._driver is not None
        assert app._exit_renderables == []
