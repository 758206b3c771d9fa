"""The tabs and the pages of entities: where they are found.

To add a tab: write a `scaler_monitor.ui.pane.Pane` in a module of this folder and add one `Tab` line to
`TABS`, with the name that its key has in `scaler_monitor.ui.keys` and the place "module:Class". The class is
imported when it is first looked at and constructed without arguments; it stays mounted, hidden and unasked
while another pane is in sight. To add the page that Enter opens on a row of a kind ("worker", "task",
"function", "client", "machine", "manager", "object"): add a line to `PAGES`; its class is constructed with
the entity's id, and removed when Esc leaves it.

What a pane gets: `self.monitor.looks` (window, scales, each table's sort and filter), `self.monitor.glyphs`,
`self.monitor.collector.poll_now()` (ask again at once), and what else `scaler_monitor.ui.monitor` lists;
`wants()` and `show()` as in `Pane`; `command_<name>` methods for keys (`command_window(argument)`,
`command_scale()`, ...).
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from scaler_monitor.ui.pane import Pane


class Tab(NamedTuple):
    """A tab: `name` as in the key table, `short` for a bar of 80 cells, `place` "module:Class"."""

    name: str
    title: str
    short: str
    place: str


_HERE = "scaler_monitor.ui.tabs."

TABS: tuple[Tab, ...] = (
    Tab("live", "Live", "Live", _HERE + "table_panes:Live"),
    Tab("tasks", "Task Log", "Tasks", _HERE + "table_panes:TaskLog"),
    Tab("stream", "Worker Task Stream", "Stream", _HERE + "stream_pane:StreamPane"),
    Tab("charts", "Memory and CPU", "Mem", _HERE + "charts_pane:ChartsPane"),
    Tab("processors", "Worker Processors", "Procs", _HERE + "table_panes:Processors"),
    Tab("events", "Events", "Events", _HERE + "table_panes:Events"),
    Tab("functions", "Functions", "Funcs", _HERE + "functions_pane:FunctionsPane"),
    Tab("machines", "Machines", "Machs", _HERE + "table_panes:Machines"),
    Tab("clients", "Clients", "Clients", _HERE + "table_panes:Clients"),
    Tab("objects", "Objects", "Objs", _HERE + "table_panes:Objects"),
)

PAGES: dict[str, str] = {
    "worker": _HERE + "entity_pages:WorkerPage",
    "task": _HERE + "entity_pages:TaskPage",
    "function": _HERE + "entity_pages:FunctionPage",
    "client": _HERE + "entity_pages:ClientPage",
    "machine": _HERE + "entity_pages:MachinePage",
    "manager": _HERE + "entity_pages:ManagerPage",
    "object": _HERE + "entity_pages:ObjectPage",
}
"""Kind of entity to the place of its page."""


def load(place: str) -> type[Pane]:
    """The Pane class at "module:Class"."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    if not issubclass(found, Pane):
        raise TypeError(f"{place} is not a Pane")
    pane: type[Pane] = found
    return pane
