"""Navigation: the top view and the tabs, pages of entities, help, and back."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.ui.body import Body, HelpPage
from scaler_monitor.ui.filter_control import FilterControl
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.tab_list import all_tabs


class Navigation:
    """Brings panes into sight; `pane_changed` is called after each change."""

    def __init__(
        self,
        body: Body,
        tab_bar: TabBar,
        crumbs: Crumbs,
        filters: FilterControl,
        pane_changed: Callable[[], object],
    ) -> None:
        self._body = body
        self._tab_bar = tab_bar
        self._crumbs = crumbs
        self._filters = filters
        self._pane_changed = pane_changed
        self._last_tab = all_tabs()[0].name

    async def go_to(self, base: str) -> None:
        """Bring "top" or a tab into sight; "" is the tab that was in sight last."""
        base = base or self._last_tab
        if not await self._body.show_base(base):
            return
        if base != "top":
            self._last_tab = base
        self._update()

    async def open_entity(self, kind: str, entity: str) -> None:
        """Open an entity's page, where its kind has one."""
        if await self._body.push_entity(kind, entity):
            self._update()

    def _update(self) -> None:
        self._tab_bar.display = self._body.base != "top"
        self._tab_bar.active = self._body.base
        self._crumbs.path = self._body.path
        self._filters.update()
        self._pane_changed()

    async def command_view(self) -> None:
        """The top view or the tabs."""
        await self.go_to("" if self._body.base == "top" else "top")

    async def command_tab(self, name: str) -> None:
        """Go to a tab."""
        await self.go_to(name)

    async def command_help(self) -> None:
        """Show all keys, or leave them."""
        if isinstance(self._body.pane, HelpPage):
            await self._body.pop()
        else:
            table = self._body.active_table
            await self._body.push(HelpPage(table.table if table is not None else None))
        self._update()

    def allows_back(self) -> bool:
        """Whether there is anything to leave."""
        return len(self._body.path) > 1 or self._filters.is_in_use

    async def command_back(self) -> None:
        """Close the filter, then help, then go back."""
        if self._filters.is_in_use:
            self._filters.clear()
        elif await self._body.pop():
            self._update()
