"""Watching on a screen: the app on a link, and what ends it when its terminal has gone."""

from __future__ import annotations

import argparse
import os
import select
import sys
import threading

from scaler_monitor.link.process import ProcessLink

COLOR_ENVIRONMENT = {
    "truecolor": {"TEXTUAL_COLOR_SYSTEM": "truecolor"},
    "256": {"TEXTUAL_COLOR_SYSTEM": "256"},
    "16": {"TEXTUAL_COLOR_SYSTEM": "standard"},
    "none": {"NO_COLOR": "1"},
}
"""What Textual reads when it is imported."""


def run_screen(command: str, options: argparse.Namespace, link: ProcessLink) -> int:
    """Run the app until it ends; returns the exit code. Textual is imported only now."""
    os.environ.update(COLOR_ENVIRONMENT.get(options.color, {}))
    from scaler_monitor.ui.app import MonitorApp
    from scaler_monitor.ui.settings import SettingsStore

    app = MonitorApp(
        link,
        start="tabs" if command == "gui" else "top",
        address=options.address,
        theme=options.theme or "",
        glyphs="ascii" if options.ascii else "auto",
    )
    store = SettingsStore(flags={"theme": options.theme})
    sys.stderr.writelines(problem + "\n" for problem in store.problems)
    app.apply_settings(store)
    threading.Thread(target=_leave_with_terminal, name="terminal", daemon=True).start()
    app.run(mouse=not options.no_mouse)
    return int(app.return_code or 0)


def _leave_with_terminal() -> None:
    """End the process when the terminal hangs up: the input thread would spin on its end for ever."""
    watched = select.poll()
    watched.register(sys.stdin.fileno(), 0)  # hang-up and error are always told
    while True:
        if any(told & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, told in watched.poll()):
            os._exit(129)  # as after SIGHUP; the collector follows, by the end of its pipe
