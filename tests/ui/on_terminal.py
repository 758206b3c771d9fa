"""Runs the app on a static cluster with hostile names, for a real pty: `python -m tests.ui.on_terminal`."""

from __future__ import annotations

import sys

from tests.ui.still_link import OVERVIEW, STATUS, StillLink

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.wire.text import clean

HOSTILE = b"evil\x1b]52;c;aGk=\x1b\\\x1b[2J\x9b31m\x07\xc2\x9b\xe2\x80\xae\xff[red]x[/]"
"""An OSC 52, an erase, C1 raw and in UTF-8, BEL, a bidi override, broken UTF-8 and markup."""


def hostile_link() -> StillLink:
    """Return a link with seven workers; two of them, a client and a function have the name `HOSTILE`."""
    link = StillLink(7)
    name = clean(HOSTILE)
    for row_id in list(link.rows["workers"])[:2]:
        values = link.rows["workers"][row_id]
        link.rows["workers"][row_id] = [name if isinstance(value, str) else value for value in values]
    link.overview = OVERVIEW._replace(client_tasks=[(name, 5)], function_tasks=[(name, 7)])
    link.status = STATUS._replace(problem=f"refused by {name}")
    return link


if __name__ == "__main__":
    app = MonitorApp(hostile_link())
    app.run()
    sys.exit(app.return_code or 0)
