"""What a key or a name of the key table does where the user is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.css.query import NoMatches
from textual.dom import DOMNode

from scaler_monitor.ui.body import Body
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.key_order import KeysInOrder
from scaler_monitor.ui.keys import COMMAND_BY_ID, KEYS
from scaler_monitor.ui.pane import Filtered, Pane
from scaler_monitor.ui.table.entity_table import EntityTable


class Commanded(KeysInOrder):
    """An app whose commands are found in the focus, the table, the pane in sight and itself."""

    def __init__(self) -> None:
        super().__init__()
        self._body = Body()

    @property
    def body(self) -> Body:
        """What holds the panes."""
        return self._body

    @property
    def pane(self) -> Pane | None:
        """The pane in sight."""
        return self.body.pane

    @property
    def table_in_sight(self) -> EntityTable | None:
        """The table that keys work on."""
        return self.pane.active_table if self.pane is not None else None

    @property
    def filtered_in_sight(self) -> Filtered | None:
        """What the filter works on."""
        return self.pane.filtered if self.pane is not None else None

    def _targets(self) -> list[DOMNode]:
        """Who may know a command: focus and what it lies in, the table, the pane, the app."""
        pane, nodes = self.pane, []
        if pane is not None:
            focused = self.focused
            if focused is not None and pane in focused.ancestors_with_self:
                nodes += [node for node in focused.ancestors_with_self if pane in node.ancestors_with_self]
            table = pane.active_table
            nodes += [node for node in (table, pane) if node is not None and node not in nodes]
        return [*nodes, self]

    def find_command(self, command_id: str) -> Callable[[], Any] | None:
        """What a command of the key table does here; None where it means nothing."""
        entry = COMMAND_BY_ID[command_id]
        for node in self._targets():
            method = getattr(node, f"command_{entry.command}", None)
            if method is None:
                continue
            allows = getattr(node, f"allows_{entry.command}", None)
            if allows is not None and not (allows(entry.argument) if entry.argument else allows()):
                continue
            return partial(method, entry.argument) if entry.argument else method
        return None

    async def action_command(self, command_id: str) -> None:
        """Do a command of the key table."""
        command = self.find_command(command_id)
        if command is None:
            self.means_nothing(command_id)
            return
        result = command()
        if hasattr(result, "__await__"):
            await result
        self.show_keys()

    def means_nothing(self, command_id: str) -> None:
        """A command was given where it means nothing: override where that is not the end of it."""

    def show_keys(self) -> None:
        """Tell the footer which keys mean something now."""
        usable = frozenset(key.id for key in KEYS if key.label and self.find_command(key.id) is not None)
        with contextlib.suppress(NoMatches):
            self.query_one(KeyLine).usable = usable
