"""The whole program on a real terminal with real clusters: what a user's keys do, from start to quit.

Tests that need no cluster are first: a running one slows down everything else.
"""

import time
from functools import partial
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import Watch, until

from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.ui.body import OLD_SECONDS
from scaler_monitor.ui.glyphs import UNICODE
from scaler_monitor.ui.themes import theme_names

pytestmark = pytest.mark.peer


def test_the_cursor_reaches_the_first_and_last_worker_and_the_table_scrolls(watch: Watch) -> None:
    with simulator(60, 1, 20) as stream:
        terminal = watch("scaler_top", stream.address, columns=80, lines=24).terminal
        terminal.wait_for("LIVE", "Worker|")
        terminal.send("n")
        terminal.wait_for("worker▼", "SIM|000059")
        terminal.send("\x1b[F")
        terminal.wait_for("SIM|000000", "SIM|000010")
        terminal.send("\x1b[5~")
        terminal.wait_for("SIM|000018")
        terminal.send("\x1b[H")
        terminal.wait_for("SIM|000059")

        def has_lines(lines: int) -> bool:
            return len(terminal.text.splitlines()) == lines

        for columns, lines in ((160, 50), (10, 3), (80, 24)):
            terminal.resize(columns, lines)
            until(partial(has_lines, lines))
        terminal.wait_for("Worker|", "? help")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_a_filter_typed_directly_after_a_tab_key_is_applied_to_that_tab(watch: Watch) -> None:
    with simulator(60, 1, 20) as stream:
        terminal = watch("scaler_gui", stream.address).terminal
        terminal.wait_for("LIVE", "1 Live", "SIM|")
        terminal.send("2")
        terminal.wait_for("growth", "success")
        terminal.send("9")
        terminal.wait_for("missed", "Client|SIM")
        terminal.send("\r")
        terminal.wait_for(f"Clients {UNICODE.crumb} client")
        time.sleep(OLD_SECONDS)
        terminal.send("2/status:nothing")
        terminal.wait_for("2 Task Log", "status:nothing", "0 of")
        terminal.send("\x03")
        assert terminal.wait_exit() == 0


def test_keys_typed_faster_than_they_act_keep_their_order(
    watch: Watch, reporting: str, tmp_path: Path
) -> None:
    watched = watch("scaler_top", reporting, env={"XDG_CONFIG_HOME": str(tmp_path)})
    terminal = watched.terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("2/status:nothing")
    terminal.wait_for("2 Task Log", "status:nothing", "0 of")
    terminal.send("\r1sv/worker:nobody")
    terminal.wait_for("worker:nobody", "0 of 5", "Total 2 manager(s)", "susp▼")
    terminal.send("\x1b")
    terminal.wait_gone("worker:nobody")
    terminal.send("n" + "\x1b[B" * 5 + "\r")
    terminal.wait_for(f"Top {UNICODE.crumb} worker")
    terminal.send("\x1b")
    terminal.wait_gone(f"Top {UNICODE.crumb} worker")
    terminal.send("v:a theme\r\x1b[F\r2")
    terminal.wait_for("2 Task Log")
    until(lambda: (tmp_path / "scaler-monitor" / "settings.toml").exists())
    assert theme_names()[-1] in (tmp_path / "scaler-monitor" / "settings.toml").read_text()
    terminal.send("q")
    assert terminal.wait_exit() == 0


@pytest.mark.parametrize(
    ("wire", "columns", "lines"), [("ymq", 80, 24), ("ymq", 120, 40), ("zmq", 80, 24)], indirect=["wire"]
)
def test_from_live_to_quit(
    scheduler: LocalCluster, wire: str, columns: int, lines: int, watch: Watch
) -> None:
    address = scheduler.monitor_address
    watched = watch("scaler_top", address, columns=columns, lines=lines)
    terminal = watched.terminal
    terminal.wait_for("LIVE", address, "Worker|", "Total 2 manager(s) with 5 worker(s)", wire)
    processes = watched.viewer, watched.collector

    terminal.wait_for("cpu▼")
    terminal.send("l")
    terminal.wait_for("lag▼")
    terminal.send("l")
    terminal.wait_for("lag▲")

    terminal.send("/")
    terminal.send("worker:nobody")
    terminal.wait_for("0 of 5")
    terminal.send("\x1b")
    terminal.wait_gone("0 of 5")

    terminal.send(" ")
    terminal.wait_for("PAUSED for")
    terminal.send(" ")
    terminal.wait_gone("PAUSED")

    terminal.send("v")
    terminal.wait_for("1 Live", "cpu-pool", "gpu-pool")
    terminal.send("2")
    terminal.wait_for("success")
    terminal.send("v")
    terminal.wait_gone("1 Live")

    terminal.send("?")
    terminal.wait_for("all keys, on one page")
    terminal.send("\x1b")
    terminal.wait_gone("all keys, on one page")

    terminal.send("q")
    assert terminal.wait_exit() == 0
    watched.assert_restored()
    watched.assert_nothing_left(*processes)
