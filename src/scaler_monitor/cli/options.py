"""The commands and their options, as `--help` shows them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from scaler_monitor import __version__
from scaler_monitor.cli import output
from scaler_monitor.system.logs import ENVIRONMENT as LOG_VARIABLE
from scaler_monitor.ui.keyboard.delay import ESCAPE_MILLISECONDS, MOST_ESCAPE_MILLISECONDS
from scaler_monitor.wire.frame_limits import FRAME_LIMIT

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXIT_CODES = """\
exit codes:
  0 fine, 1 the work failed, 2 wrong usage or no terminal, 3 no scheduler,
  128 + N ended by signal N (130 SIGINT, 143 SIGTERM, 129 SIGHUP)"""

EXAMPLES = """\
examples:
  %(prog)s tcp://127.0.0.1:6380
  %(prog)s tcp://127.0.0.1:6380 --once
  %(prog)s tcp://127.0.0.1:6380 --batch -d 60 --format json >> cluster.jsonl

"""

DESCRIPTIONS = {
    "top": "The live top of an OpenGRIS Scaler cluster: scheduler, tasks and workers.",
    "gui": "An OpenGRIS Scaler cluster in tabs: workers, tasks, task stream, functions and more.",
}

NOT_BUILT = {
    "collect": "a collector on its own is not built yet; `scaler_top ADDRESS` brings its own",
    "record": "recording is not built yet; `--batch --format json` keeps what can be seen",
    "replay": "replay is not built yet",
    "export": "export is not built yet; `--once --format json` hands on the whole state",
    "--gui-address": "serving web browsers is not built yet; run it in a terminal without --gui-address",
    "collector://": "attaching to a far collector is not built yet; give the scheduler's monitor address",
}
"""Planned commands and options that do not exist yet, with the message that says what to use instead."""


class Parser(argparse.ArgumentParser):
    """An argument parser that reports errors in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the error and exit with code 2."""
        self.exit(2, f"{self.prog}: {message}; try `{self.prog} --help`\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Write through `output`: argparse itself ignores write errors of help and version."""
        if file is sys.stdout:  # both are None where that is closed
            output.write(message)
        else:
            super()._print_message(message, file)


def seconds_from(least: float) -> Callable[[str], float]:
    """Return a parser of seconds, of at least `least`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
        if not least <= value <= 1e9:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and 1e9")
        return value

    return read


def count(text: str) -> int:
    """Parse a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def milliseconds(text: str) -> int:
    """Parse the escape delay in milliseconds."""
    number = count(text)
    if number > MOST_ESCAPE_MILLISECONDS:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_ESCAPE_MILLISECONDS}")
    return number


def size(text: str) -> int:
    """Parse a number of MiB; return bytes."""
    return count(text) << 20


def watching_parser(parser: Parser) -> Parser:
    """Add the options of `top` and `gui` to a parser; return it."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES + EXIT_CODES
    parser.add_argument(
        "address",
        metavar="ADDRESS",
        help="the scheduler's monitor address, which it logs at start: tcp://HOST:PORT (usually its own port "
        "+ 2), ipc://PATH, tls://, ws:// or wss://",
    )
    _seconds(parser, 0.1, 5.0, "-t", "--timeout", help_text="how long to look for the scheduler (default 5)")
    parser.add_argument(
        "--frame-limit",
        type=size,
        default=FRAME_LIMIT,
        metavar="MIB",
        help="largest message that is read; larger ones are skipped and counted "
        f"(default {FRAME_LIMIT >> 20})",
    )
    parser.add_argument(
        "--log-file",
        metavar="FILE",
        help="write a log of this program to FILE, and of its collector to FILE.collector "
        f"(also {LOG_VARIABLE})",
    )
    parser.add_argument("--version", action="version", version=f"scaler-monitor {__version__}")
    plain = parser.add_argument_group("without a screen")
    plain.add_argument("--once", action="store_true", help="print one report and leave")
    _seconds(plain, 0.0, 0.0, "--after", help_text="with --once: watch for so long first")
    plain.add_argument("-b", "--batch", action="store_true", help="print report after report")
    _seconds(
        plain, 0.1, None, "-d", "--delay", help_text="with --batch: from one report to the next (default 1)"
    )
    plain.add_argument(
        "-n", "--count", type=count, metavar="COUNT", help="with --batch: leave after so many reports"
    )
    plain.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="of reports: text for people, or json, one document a line (default text)",
    )
    screen = parser.add_argument_group("screen")
    screen.add_argument("--theme", metavar="NAME", help="its colours; remembered in the settings")
    screen.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    screen.add_argument(
        "--escape-delay",
        type=milliseconds,
        metavar="MS",
        help="how many milliseconds a key's bytes may be apart on the way here "
        f"(default {ESCAPE_MILLISECONDS}); for slow lines",
    )
    screen.add_argument("--ascii", action="store_true", help="draw without box characters")
    screen.add_argument(
        "--color",
        choices=("auto", "truecolor", "256", "16", "none"),
        default="auto",
        help="how many colours the terminal has (default auto: as TERM and COLORTERM say)",
    )
    return parser


def _seconds(
    group: argparse._ActionsContainer, least: float, default: float | None, *names: str, help_text: str
) -> None:
    """Add an option that takes seconds, at least `least`, with `help_text`."""
    group.add_argument(*names, type=seconds_from(least), default=default, metavar="SECONDS", help=help_text)


def commands_parser() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of `scaler-monitor` and those of its commands."""
    parser = Parser(
        prog="scaler-monitor",
        description="Watch an OpenGRIS Scaler cluster.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"scaler-monitor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    parsers = {
        "top": commands.add_parser("top", help="the top view", description=DESCRIPTIONS["top"]),
        "gui": commands.add_parser("gui", help="the tabs", description=DESCRIPTIONS["gui"]),
        "doctor": commands.add_parser(
            "doctor",
            help="versions, terminal, paths, and what answers at an address: for a bug report",
            description="What this program runs in, and what answers at an address, fit for a bug report. "
            "Exit code 0: all is well; 1: something is wrong.",
        ),
        "demo": commands.add_parser("demo", help="a real local cluster, and the monitor on it"),
        "simulate": commands.add_parser(
            "simulate", help="a synthetic scheduler on the real wire, for monitors to try"
        ),
    }
    for name in DESCRIPTIONS:
        watching_parser(parsers[name])
    return parser, parsers


def unavailable_option(arguments: list[str]) -> str:
    """Return the message for the first argument that is not implemented yet; "" if there is none."""
    for position, argument in enumerate(arguments):
        word = argument.split("=", 1)[0] if argument.startswith("--") else argument
        if argument.startswith("collector://"):
            word = "collector://"
        if word in NOT_BUILT and (position == 0 or word.startswith(("--", "collector:"))):
            return NOT_BUILT[word]
    return ""
