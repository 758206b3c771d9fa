"""Navigation: the top view and the tabs, pages of entities, help, and back."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.ui.body import Body, HelpPage
from scaler_monitor.ui.filter_control import FilterControl
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.tab_list import all_tabs


class Navigation:
    """Selects the visible pane; `pane_changed` is called after each change."""

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
        """Show "top" or a tab; "" means the tab that was visible last."""
        base = base or self._last_tab
        if not await self._body.show_base(base):
            return
        if base != "top":
            self._last_tab = base
        self._update()

    async def open_entity(self, kind: str, entity: str) -> None:
        """Open the page of an entity, if its kind has one."""
        if await self._body.push_entity(kind, entity):
            self._update()

    def _update(self) -> None:
        self._tab_bar.display = self._body.base != "top"
        self._tab_bar.active = self._body.base
        self._crumbs.path = self._body.path
        self._filters.update()
        self._pane_changed()

    async def command_view(self) -> None:
        """Switch between the top view and the tabs."""
        await self.go_to("" if self._body.base == "top" else "top")

    async def command_tab(self, name: str) -> None:
        """Go to a tab."""
        await self.go_to(name)

    async def command_help(self) -> None:
        """Open or close the help page."""
        if isinstance(self._body.pane, HelpPage):
            await self._body.pop()
        else:
            table = self._body.active_table
            await self._body.push(HelpPage(table.table if table is not None else None))
        self._update()

    def allows_back(self) -> bool:
        """Return whether a page or a filter can be closed."""
        return len(self._body.path) > 1 or self._filters.is_in_use

    async def command_back(self) -> None:
        """Close the filter if there is one, else the page on top."""
        if self._filters.is_in_use:
            self._filters.clear()
        elif await self._body.pop():
            self._update()
