"""Every command by name, from the key table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from scaler_monitor.ui.keys import COMMAND_BY_ID, Key

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp


class CommandNames(Provider):
    """Offers what means something in the place below the palette."""

    @property
    def monitor(self) -> MonitorApp:
        """The app, typed."""
        from scaler_monitor.ui.app import MonitorApp

        assert isinstance(self.app, MonitorApp)
        return self.app

    def _names(self) -> dict[str, str]:
        names = {}
        for command_id, entry in COMMAND_BY_ID.items():
            if entry.command in ("palette", "suspend") or self.monitor.find_command(command_id) is None:
                continue
            if isinstance(entry, Key):
                names[command_id] = f"{entry.group}: {entry.describe}  ({entry.written})"
            else:
                names[command_id] = entry.describe
        return names

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command_id, name in self._names().items():
            yield DiscoveryHit(name, partial(self.monitor.action_command, command_id))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command_id, name in self._names().items():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), partial(self.monitor.action_command, command_id))
