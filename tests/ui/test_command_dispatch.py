"""Dispatch of commands: first to the visible pane, then to the handlers; without an app."""

from __future__ import annotations

import pytest

from scaler_monitor.ui.command_dispatch import CommandDispatch
from scaler_monitor.ui.keys import KEYS


class Taker:
    """Handles two commands, and records them."""

    def __init__(self, *, allowed: bool = True) -> None:
        self.told: list[str] = []
        self.allowed = allowed

    def command_zoom(self, which: str) -> None:
        self.told.append(which)

    def allows_zoom(self, which: str) -> bool:
        return self.allowed and which in ("in", "out")

    async def command_reverse(self) -> None:
        self.told.append("reverse")


class Filters:
    """Handles the filter's key by default."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def otherwise_filter(self) -> None:
        self.told.append("otherwise")


def dispatch(*in_sight: object) -> tuple[CommandDispatch, list[frozenset[str]]]:
    shown: list[frozenset[str]] = []
    return CommandDispatch(lambda: in_sight, shown.append), shown


async def test_the_visible_pane_comes_before_handlers_and_gets_the_argument() -> None:
    focused, handler = Taker(), Taker()
    commands, _ = dispatch(object(), focused)
    commands.add_handlers(handler)
    await commands.run("zoom-in")
    assert (focused.told, handler.told) == (["in"], [])


async def test_a_handler_that_does_not_allow_a_command_is_skipped() -> None:
    focused, handler = Taker(allowed=False), Taker()
    commands, _ = dispatch(focused)
    commands.add_handlers(handler)
    await commands.run("zoom-out")
    assert (focused.told, handler.told) == ([], ["out"])


async def test_the_footer_is_updated_after_a_slow_command() -> None:
    handler = Taker()
    commands, shown = dispatch()
    commands.add_handlers(handler)
    await commands.run("reverse")
    assert handler.told == ["reverse"]
    labelled = {key.id for key in KEYS if key.label and key.command in ("zoom", "reverse")}
    assert shown == [labelled]


async def test_an_unhandled_command_does_nothing_without_a_default() -> None:
    filters = Filters()
    commands, shown = dispatch()
    commands.add_handlers(filters)
    await commands.run("zoom-in")
    await commands.run("filter")
    assert commands.find("filter") is None
    assert (filters.told, shown) == (["otherwise"], [])


def test_two_handlers_of_one_command_raise() -> None:
    commands, _ = dispatch()
    with pytest.raises(ValueError, match="two handlers"):
        commands.add_handlers(Taker(), Taker())
