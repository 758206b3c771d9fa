"""Where the panes of tabs and the pages of entities are found.

A table that is a tab needs nothing here: it is drawn as `table_panes.OneTable`, and its `TableSpec` says
what page its rows have. A tab with a look of its own is a `scaler_monitor.ui.pane.Pane` in a module of this
folder, by the name of its tab in `OWN_PANES`; one of no table has a line in `scaler_monitor.ui.tab_list` too.
The class is imported when it is first looked at and constructed without arguments; it stays mounted, hidden
and unasked while another pane is in sight. A page is made each time that Enter opens one, and removed when
Esc leaves it.

What a pane gets: `self.monitor.looks` (window, scales, each table's sort and filter), `self.monitor.glyphs`,
`self.monitor.collector.poll_now()` (ask again at once), and what else `scaler_monitor.ui.monitor` lists;
`wants()` and `show()` as in `Pane`; `command_<name>` methods for keys (`command_window(argument)`,
`command_scale()`, ...).
"""

from __future__ import annotations

from importlib import import_module

from scaler_monitor.protocol.tables import table_of
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.tab_list import all_tabs

_HERE = "scaler_monitor.ui.tabs."

OWN_PANES: dict[str, str] = {
    "live": _HERE + "table_panes:Live",
    "stream": _HERE + "stream_pane:StreamPane",
    "charts": _HERE + "charts_pane:ChartsPane",
    "processors": _HERE + "table_panes:Processors",
    "functions": _HERE + "functions_pane:FunctionsPane",
    "objects": _HERE + "table_panes:Objects",
}
"""Tabs that are more than a table, by name: the place "module:Class" of each."""


def pane_of_tab(name: str) -> Pane | None:
    """Return a new pane for a tab, called as the tab is; None where there is no such tab."""
    tab = next((tab for tab in all_tabs() if tab.name == name), None)
    if tab is None:
        return None
    if name in OWN_PANES:
        pane = load(OWN_PANES[name])()
    else:
        from scaler_monitor.ui.tabs.table_panes import OneTable

        pane = OneTable(name)
    pane.crumb = pane.crumb or tab.title
    return pane


def page_of(kind: str, entity: str) -> Pane | None:
    """Return a new page of an entity; None where its kind has none."""
    table = table_of(kind)
    if table is None or not table.page:
        return None
    from scaler_monitor.ui.tabs.entity_pages import EntityPage

    return EntityPage(table, entity)


def load(place: str) -> type[Pane]:
    """The Pane class at "module:Class"."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    if not issubclass(found, Pane):
        raise TypeError(f"{place} is not a Pane")
    pane: type[Pane] = found
    return pane
