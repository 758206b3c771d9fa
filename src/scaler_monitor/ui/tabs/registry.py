"""Creates the panes of tabs and the pages of entities.

A tab with only a table needs no entry: it is a `table_panes.OneTable`, and its `TableSpec` defines the pages
of its rows. A tab with more than a table is a subclass of `scaler_monitor.ui.pane.Pane` in this package, with
an entry in `OWN_PANES`; a tab without a table also has a line in `scaler_monitor.ui.tab_list`. The class is
imported when the tab is first opened, and constructed without arguments. The pane stays mounted, but hidden
and without questions, while another one is visible. A page is created when Enter opens it, and removed when
Esc leaves it.

A pane can use: `self.monitor.view_state` (window, scales, sort and filter of tables), `self.monitor.glyphs`,
`self.monitor.collector.poll_now()` (request an answer at once), and the rest of `scaler_monitor.ui.monitor`;
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
"""Panes of tabs with more than a table, as "module:Class", by tab name."""


def pane_of_tab(name: str) -> Pane | None:
    """Return a new pane for a tab; None if there is no such tab."""
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
    """Return a new page of an entity; None if its kind has no page."""
    table = table_of(kind)
    if table is None or not table.page:
        return None
    from scaler_monitor.ui.tabs.entity_pages import EntityPage

    return EntityPage(table, entity)


def load(place: str) -> type[Pane]:
    """Return the Pane class at "module:Class"; raises TypeError for another class."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    if not issubclass(found, Pane):
        raise TypeError(f"{place} is not a Pane")
    pane: type[Pane] = found
    return pane
