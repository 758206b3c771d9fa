"""The whole program on a real terminal, on real clusters: what an operator's keys do, up to leaving."""

import re

import pytest
from tests.watched import until

pytestmark = pytest.mark.peer


@pytest.mark.parametrize(
    ("cluster", "columns", "lines"),
    [("scheduler_ymq", 80, 24), ("scheduler_ymq", 120, 40), ("scheduler_zmq", 80, 24)],
)
def test_from_live_to_quit(cluster, columns, lines, watch, request):
    address = request.getfixturevalue(cluster).monitor_address
    watched = watch("scaler_top", address, columns=columns, lines=lines)
    terminal = watched.terminal
    terminal.wait_for("LIVE", address, "Worker|", "Total 2 manager(s) with 5 worker(s)", cluster[-3:])
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


def test_every_row_is_reached_and_the_window_follows(watch, scheduler_ymq):
    watched = watch("scaler_gui", scheduler_ymq.monitor_address, columns=100, lines=20)
    terminal = watched.terminal
    terminal.wait_for("LIVE", "1 Live")
    terminal.send("2")
    terminal.wait_for("success")
    terminal.send(" ")  # rows come from above; those of a paused picture stay
    terminal.wait_for("PAUSED")

    def rows():
        return set(re.findall(r"^\W*([0-9a-f]{6,}…?)", terminal.text, re.MULTILINE))

    first = rows()
    terminal.send("\x1b[6~")
    terminal.wait_for("PAUSED")
    until(lambda: rows() - first)
    terminal.resize(160, 50)
    until(lambda: "? help" in terminal.text.splitlines()[-1])
    terminal.resize(80, 24)
    until(lambda: "? help" in terminal.text.splitlines()[-1])
    terminal.send("q")
    assert terminal.wait_exit() == 0
