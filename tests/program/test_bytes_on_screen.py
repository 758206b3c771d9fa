"""Input that is split, invalid UTF-8, or not a key: on a real terminal the next keys work."""

import time
from collections.abc import Iterator

import pytest
from bench.stream import Simulator, simulator
from tests.distant import DistantTerminal
from tests.terminal import Terminal
from tests.watched import Watch, until

from scaler_monitor.ui.glyphs import UNICODE

pytestmark = pytest.mark.peer

NO_KEYS = (b"\xe9", b"\xff\xfe", b"\x1b[1114112u", b"\x1b[57358;1;108u", b"\x1b[97;1:3u", b"\x00", b"\xc3")


@pytest.fixture(scope="module")
def stream() -> Iterator[Simulator]:
    with simulator(60, 1, 20) as running:
        yield running


def send_apart(terminal: Terminal, data: bytes, seconds: float) -> None:
    """Send `data` split after each of its first bytes and in its middle, with a pause there."""
    for at in (1, 2, len(data) // 2 + 1):
        terminal.send_bytes(data[:at])
        time.sleep(seconds)
        terminal.send_bytes(data[at:])
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("kind", "env", "seconds"),
    [
        (Terminal, {"SCALER_MONITOR_ESCAPE_MILLISECONDS": "10000"}, 0.5),
        (DistantTerminal, {"SCALER_MONITOR_ESCAPE_MILLISECONDS": "50"}, 0.5),
    ],
    ids=["by the setting", "kitty"],
)
def test_split_key_sequences_are_joined(
    watch: Watch, stream: Simulator, kind: type[Terminal], env: dict[str, str], seconds: float
) -> None:
    more = {"delay": 0.0, "speaks_kitty": True} if kind is DistantTerminal else {}
    terminal = watch("scaler_gui", stream.address, env=env, terminal_class=kind, **more).terminal
    terminal.wait_for("LIVE", "SIM|")
    if more:
        assert isinstance(terminal, DistantTerminal)
        until(lambda: terminal.answers >= 2)  # answers about supported features and the kind of terminal
    terminal.send("\r")
    terminal.wait_for(f"Live {UNICODE.crumb} worker")
    for data in (b"\x1b[B", b"\x1b[<35;10;5M", b"\x1b[200~sq?\x1b[201~"):
        send_apart(terminal, data, seconds)
    terminal.send("/apart")
    assert f"Live {UNICODE.crumb} worker" in terminal.wait_for("apart", "0 of")
    terminal.send("\x03")
    assert terminal.wait_exit() == 0


def test_invalid_bytes_are_dropped_and_the_next_keys_work(watch: Watch, stream: Simulator) -> None:
    watched = watch("scaler_gui", stream.address)
    terminal = watched.terminal
    terminal.wait_for("LIVE", "SIM|")
    for data in NO_KEYS:
        terminal.send_bytes(data)
        time.sleep(0.05)
        terminal.send("?")
        terminal.wait_for("all keys, on one page")
        terminal.send("\x1b[27u")
        terminal.wait_gone("all keys, on one page")
    terminal.send("/caf")
    terminal.send_bytes(b"\xe9\xff")
    terminal.send("e")
    terminal.wait_for("cafe", "0 of")
    terminal.send("\x03")
    assert terminal.wait_exit() == 0
    watched.assert_restored()


def test_a_huge_paste_into_the_filter_is_handled(watch: Watch, stream: Simulator) -> None:
    terminal = watch("scaler_gui", stream.address).terminal
    terminal.wait_for("LIVE", "SIM|")
    terminal.send("/")
    terminal.send_bytes(b"\x1b[200~")
    for _ in range(1000):
        terminal.send_bytes(b"x" * 4000)
    terminal.send_bytes(b"\x1b[201~")
    terminal.wait_for("filter is longer than 500 characters")
    terminal.send("\x03")
    assert terminal.wait_exit() == 0


def test_a_flood_of_keys_is_truncated_and_ctrl_c_still_quits(watch: Watch, stream: Simulator) -> None:
    watched = watch("scaler_gui", stream.address)
    watched.terminal.wait_for("LIVE", "SIM|")
    for _ in range(1000):
        watched.terminal.send_bytes(b"jk" * 2000)
    watched.terminal.wait_for("left out")
    assert watched.viewer.memory_info().rss < 300_000_000
    watched.terminal.send("\x03")
    assert watched.terminal.wait_exit() == 0
    watched.assert_restored()
