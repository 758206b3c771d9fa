"""The commands and their options, as `--help` shows them."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from scaler_monitor import __version__

EXIT_CODES = (
    "exit codes: 0 fine, 1 the work failed, 2 wrong usage or no terminal, 3 no scheduler, "
    "128 + N ended by signal N (130 SIGINT, 143 SIGTERM, 129 SIGHUP)"
)

NOT_BUILT = {
    "collect": "a collector on its own is not built yet; `scaler_top ADDRESS` brings its own",
    "record": "recording is not built yet; `--batch --format json` keeps what can be seen",
    "replay": "replay is not built yet",
    "export": "export is not built yet; `--once --format json` hands on the whole state",
    "--gui-address": "serving web browsers is not built yet; run it in a terminal without --gui-address",
    "collector://": "attaching to a far collector is not built yet; give the scheduler's monitor address",
}
"""What DESIGN names and this version lacks, with what to do instead."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Leave with code 2."""
        self.exit(2, f"{self.prog}: {message}; try `{self.prog} --help`\n")


def positive(least: float) -> Callable[[str], float]:
    """Return a reader of seconds of at least `least`."""

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
    """Read a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def size(text: str) -> int:
    """Read a number of MiB as bytes."""
    return count(text) << 20


def watching_parser(parser: Parser) -> Parser:
    """Add the options of `top` and `gui`."""
    parser.epilog = EXIT_CODES
    parser.add_argument(
        "address", metavar="ADDRESS", help="the scheduler's monitor address, tcp://host:port say"
    )
    parser.add_argument(
        "-t",
        "--timeout",
        type=positive(0.1),
        default=5.0,
        metavar="SECONDS",
        help="to find the scheduler (5)",
    )
    plain = parser.add_argument_group("without a screen")
    plain.add_argument("--once", action="store_true", help="print the state once and leave")
    plain.add_argument(
        "--after", type=positive(0), metavar="SECONDS", default=0.0, help="with --once: observe so long first"
    )
    plain.add_argument("-b", "--batch", action="store_true", help="print the state again and again")
    plain.add_argument(
        "-d", "--delay", type=positive(0.1), default=None, metavar="SECONDS", help="with --batch: between (1)"
    )
    plain.add_argument("-n", "--count", type=count, metavar="COUNT", help="with --batch: leave after so many")
    plain.add_argument("--format", choices=("text", "json"), default="text", help="of what is printed")
    screen = parser.add_argument_group("screen")
    screen.add_argument("--theme", metavar="NAME", help="colours; the settings remember them")
    screen.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    screen.add_argument("--ascii", action="store_true", help="draw without box characters")
    screen.add_argument("--color", choices=("auto", "truecolor", "256", "16", "none"), default="auto")
    parser.add_argument(
        "--frame-limit", type=size, default=64 << 20, metavar="MIB", help="largest message (64)"
    )
    parser.add_argument("--version", action="version", version=f"scaler-monitor {__version__}")
    return parser


def commands_parser() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of `scaler-monitor` and those of its commands."""
    parser = Parser(prog="scaler-monitor", description="Watch an OpenGRIS Scaler cluster.", epilog=EXIT_CODES)
    parser.add_argument("--version", action="version", version=f"scaler-monitor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    parsers = {
        "top": watching_parser(commands.add_parser("top", help="the top view")),
        "gui": watching_parser(commands.add_parser("gui", help="the tabs")),
        "demo": commands.add_parser("demo", help="a real local cluster, and the monitor on it"),
        "simulate": commands.add_parser("simulate", help="a synthetic scheduler on the real wire"),
    }
    return parser, parsers


def refused(arguments: list[str]) -> str:
    """Return what is not built yet of `arguments`, in one line; "" when nothing."""
    for position, argument in enumerate(arguments):
        word = argument.split("=", 1)[0] if argument.startswith("--") else argument
        if argument.startswith("collector://"):
            word = "collector://"
        if word in NOT_BUILT and (position == 0 or word.startswith(("--", "collector:"))):
            return NOT_BUILT[word]
    return ""
