"""The whole program on limited terminals: small, few colours, ASCII only."""

import re

import pytest
from tests.watched import Watch

pytestmark = pytest.mark.peer


def test_a_terminal_of_10x3_works(watch: Watch, reporting: str) -> None:
    watched = watch("scaler_top", reporting, columns=10, lines=3)
    watched.terminal.wait_for("LIVE")
    watched.terminal.send("v?l")
    watched.terminal.resize(80, 24)
    watched.terminal.wait_for("LIVE", reporting)
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0
    watched.assert_restored()


@pytest.mark.parametrize(
    ("options", "env", "never"),
    [
        (["--color", "16"], {}, rb"[34]8;[25];"),
        (["--color", "256"], {"COLORTERM": "truecolor"}, rb"[34]8;2;"),
        (["--ascii"], {}, b"[^\x00-\x7f]"),
    ],
    ids=["16 colours", "256 colours", "ascii"],
)
def test_unsupported_characters_are_not_sent(
    watch: Watch, reporting: str, options: list[str], env: dict[str, str], never: bytes
) -> None:
    terminal = watch("scaler_top", reporting, *options, env=env).terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("v")
    terminal.wait_for("1 Live", "2 Task Log")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert not re.search(never, bytes(terminal.received))


@pytest.mark.parametrize(("options", "env"), [(["--color", "none"], {}), ([], {"NO_COLOR": "1"})])
def test_without_colour_everything_is_grey(
    watch: Watch, reporting: str, options: list[str], env: dict[str, str]
) -> None:
    terminal = watch("scaler_top", reporting, *options, env=env).terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    written = bytes(terminal.received)
    colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", written)
    assert all(len(set(colour)) == 1 for colour in colours)
