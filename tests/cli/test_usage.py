"""Messages for wrong usage, and that commands without a screen never import Textual."""

import os
import subprocess
import sys

import pytest

TOP = "import sys; from scaler_monitor.cli.main import top; code = top(); "


def scaler_top(
    *arguments: str, after: str = "sys.exit(code)", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", TOP + after, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "ADDRESS"),
        (["nonsense", "--once"], "scheme"),
        (["https://x"], "scheme"),  # reported before the terminal is checked
        (["tcp://127.0.0.1:1"], "--once or --batch"),
        (["tcp://127.0.0.1:1", "--once", "--batch"], "exclude"),
        (["tcp://127.0.0.1:1", "--after", "3"], "--once"),
        (["tcp://127.0.0.1:1", "-n", "3"], "--batch"),
        (["tcp://127.0.0.1:1", "--once", "-t", "nan"], "between"),
        (["tcp://127.0.0.1:1", "--once", "--frame-limit", "0"], "whole number"),
        (["tcp://127.0.0.1:1", "--escape-delay", "10001"], "more than 10000"),
        (["tcp://127.0.0.1:1", "--gui-address", "127.0.0.1:80"], "not built"),
        (["collector://127.0.0.1:80"], "not built"),
    ],
)
def test_wrong_usage_is_one_line_on_stderr(arguments: list[str], says: str) -> None:
    ended = scaler_top(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_help_and_usage_load_no_screen() -> None:
    after = "sys.exit('textual' in sys.modules or 'numpy' in sys.modules)"
    assert scaler_top("tcp://127.0.0.1:1", after=after).returncode == 0


def test_help_names_nothing_that_is_not_built() -> None:
    shown = scaler_top("--help")
    assert shown.returncode == 0
    assert "--once" in shown.stdout
    assert not any(word in shown.stdout for word in ("--gui-address", "replay", "record"))
