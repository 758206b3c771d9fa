"""Going from place to place: top and tabs, into things, help, and back."""

from __future__ import annotations

from textual import on

from scaler_monitor.ui.body import HelpPage
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.filtering import Filtering
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.tab_list import all_tabs
from scaler_monitor.ui.table.entity_table import EntityTable


class Going(Filtering):
    """An app with places; `_tab` is the tab that was looked at last."""

    def __init__(self) -> None:
        super().__init__()
        self._tab = all_tabs()[0].name

    async def go_to(self, base: str) -> None:
        """Bring "top" or a tab into sight."""
        if not await self.body.show_base(base):
            return
        if base != "top":
            self._tab = base
        self._place_changed()

    def _place_changed(self) -> None:
        bar = self.query_one(TabBar)
        bar.display = self.body.base != "top"
        bar.active = self.body.base
        self.query_one(Crumbs).path = self.body.path
        self.show_filter()
        self.show_keys()
        self.call_after_refresh(self.show_keys)
        self.hurry()

    async def command_view(self) -> None:
        """The top view or the tabs."""
        await self.go_to(self._tab if self.body.base == "top" else "top")

    async def command_tab(self, name: str) -> None:
        """Go to a tab."""
        await self.go_to(name)

    async def command_help(self) -> None:
        """Show all keys, or leave them."""
        if isinstance(self.pane, HelpPage):
            await self.body.pop()
        else:
            table = self.table_in_sight
            await self.body.push(HelpPage(table.table if table is not None else None))
        self._place_changed()

    def allows_back(self) -> bool:
        """Whether there is anything to leave."""
        return len(self.body.path) > 1 or self._is_filtering()

    def _is_filtering(self) -> bool:
        filtered = self.filtered_in_sight
        typed = filtered is not None and bool(filtered.look.typed_filter)
        return typed or self.query_one(FilterLine).is_open

    async def command_back(self) -> None:
        """Close the filter, then help, then go back."""
        filtered = self.filtered_in_sight
        if self._is_filtering():
            if filtered is not None:
                filtered.filter_by("")
            self.close_filter()
        elif await self.body.pop():
            self._place_changed()

    @on(EntityTable.EntityChosen)
    async def _entity_chosen(self, message: EntityTable.EntityChosen) -> None:
        await self.open_entity(message.kind, message.id)

    async def open_entity(self, kind: str, entity: str) -> None:
        """Go into an entity's page, where its kind has one."""
        if await self.body.push_entity(kind, entity):
            self._place_changed()
