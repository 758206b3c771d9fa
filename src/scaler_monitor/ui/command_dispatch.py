"""Dispatches the commands of the key table to visible widgets and to handlers.

The command `zoom` is a method `command_zoom` of a visible widget, of a widget's `command_handler`, or of a
handler of the whole app. If the same object has `allows_zoom`, that returns whether the command is usable
now. If no object has a usable one, `otherwise_zoom` of a handler is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from textual.widget import Widget

from scaler_monitor.ui.keys import COMMAND_BY_ID, KEYS, Command, Key
from scaler_monitor.ui.pane import Pane


class CommandDispatch:
    """Finds and runs commands; `show_usable` is called with the ids of the footer's usable keys.

    `in_sight` returns the visible objects to search, the focused widget first; handlers are searched last.
    """

    def __init__(
        self, in_sight: Callable[[], Iterable[object]], show_usable: Callable[[frozenset[str]], object]
    ) -> None:
        self._in_sight = in_sight
        self._show_usable = show_usable
        self._handlers: dict[str, object] = {}  # by the name of each of their methods for commands

    def add_handlers(self, *handlers: object) -> None:
        """Add handlers of the whole app; raises ValueError if two have the same command."""
        for handler in handlers:
            for name in dir(handler):
                if name.startswith(("command_", "otherwise_")):
                    if name in self._handlers:
                        raise ValueError(f"{name}: two handlers have it")
                    self._handlers[name] = handler

    def find(self, command_id: str) -> Callable[[], Any] | None:
        """Return the method for a command, without arguments; None if the command is not usable now."""
        entry = COMMAND_BY_ID[command_id]
        for taker in (*self._in_sight(), self._handlers.get(f"command_{entry.command}")):
            method = _method(taker, "command", entry)
            if method is not None:
                allows = _method(taker, "allows", entry)
                if allows is None or allows():
                    return method
        return None

    async def run(self, command_id: str) -> None:
        """Run a command of the key table."""
        entry = COMMAND_BY_ID[command_id]
        otherwise = f"otherwise_{entry.command}"
        command = self.find(command_id)
        if command is None:
            command = _method(self._handlers.get(otherwise), "otherwise", entry)
            if command is not None:
                command()
            return
        result = command()
        if hasattr(result, "__await__"):
            await result
        self.update_footer()

    def update_footer(self) -> None:
        """Show the usable keys in the footer."""
        self._show_usable(frozenset(key.id for key in KEYS if key.label and self.find(key.id) is not None))


def _method(taker: object, prefix: str, entry: Key | Command) -> Callable[[], Any] | None:
    method = getattr(taker, f"{prefix}_{entry.command}", None)
    return partial(method, entry.argument) if method is not None and entry.argument else method


def takers_in_sight(pane: Pane | None, focused: Widget | None) -> list[object]:
    """Return the objects to search for a command: the focused widget, its ancestors, the table, the pane.

    Each is followed by its `command_handler` if it has one.
    """
    if pane is None:
        return []
    widgets: list[object] = []
    if focused is not None and pane in focused.ancestors_with_self:
        widgets += [node for node in focused.ancestors_with_self if pane in node.ancestors_with_self]
    widgets += [node for node in (pane.active_table, pane) if node is not None and node not in widgets]
    return [taker for widget in widgets for taker in (widget, getattr(widget, "command_handler", None))]
