"""The command palette: every command by name, from the key table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from scaler_monitor.ui.body import Body
from scaler_monitor.ui.command_dispatch import CommandDispatch
from scaler_monitor.ui.keys import COMMAND_BY_ID, Key


class CommandedApp(Protocol):
    """The interface of the app for the palette."""

    @property
    def commands(self) -> CommandDispatch:
        """Finds and runs commands."""

    @property
    def body(self) -> Body:
        """Contains the visible pane."""


class CommandNames(Provider):
    """Offers the commands that are usable in the pane below the palette."""

    @property
    def _commanded(self) -> CommandedApp:
        return cast("CommandedApp", self.app)

    def _commands(self) -> list[tuple[str, Callable[[], object]]]:
        """Return (name, description) of all usable commands."""
        commands: list[tuple[str, Callable[[], object]]] = [
            (name, partial(self._commanded.commands.run, command_id))
            for command_id, name in self._names().items()
        ]
        table = self._commanded.body.active_table
        if table is not None:
            commands += [
                (f"sort by {column.title}", partial(table.sort_by, column.key))
                for column in table.table.columns
            ]
        return commands

    def _names(self) -> dict[str, str]:
        names = {}
        for command_id, entry in COMMAND_BY_ID.items():
            if entry.command in ("palette", "suspend") or self._commanded.commands.find(command_id) is None:
                continue
            if isinstance(entry, Key):
                names[command_id] = f"{entry.group}: {entry.describe}  ({entry.written})"
            else:
                names[command_id] = entry.describe
        return names

    async def discover(self) -> Hits:
        """Yield all commands, before text is typed."""
        for name, act in self._commands():
            yield DiscoveryHit(name, act)

    async def search(self, query: str) -> Hits:
        """Yield the commands whose names match the typed text, with scores."""
        matcher = self.matcher(query)
        for name, act in self._commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), act)
