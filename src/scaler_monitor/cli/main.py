"""The commands `scaler-monitor`, `scaler_top` and `scaler_gui`."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Callable

from scaler_monitor.cli import output, process_setup, streams
from scaler_monitor.cli.failures import exit_with_error, set_failure_handler
from scaler_monitor.cli.log_start import start_log
from scaler_monitor.cli.options import (
    DESCRIPTIONS,
    Parser,
    commands_parser,
    unavailable_option,
    watching_parser,
)
from scaler_monitor.cli.screen_environment import CANNOT_DRAW
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.error_output import print_error
from scaler_monitor.system.logs import finish_log, logger
from scaler_monitor.system.open_files import TooFewOpenFiles, ensure_open_files
from scaler_monitor.system.threads import TooFewThreads, ensure_threads
from scaler_monitor.ui.foreground import await_foreground

INTERRUPTED = 130

COMMANDS = {
    "doctor": "scaler_monitor.cli.doctor.command",
    "demo": "scaler_monitor.demo.demo_command",
    "simulate": "scaler_monitor.simulate.simulate_command",
}
"""Modules of the commands that do not watch a scheduler; each is imported only when it is used."""

_log = logger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run `scaler-monitor`; return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    return _run_guarded("scaler-monitor", lambda: _command(arguments))


def top(arguments: list[str] | None = None) -> int:
    """Run `scaler_top`, the top view; return the exit code."""
    return _watch_command("scaler_top", "top", arguments)


def gui(arguments: list[str] | None = None) -> int:
    """Run `scaler_gui`, the tabs; return the exit code."""
    return _watch_command("scaler_gui", "gui", arguments)


def _watch_command(name: str, command: str, arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments

    def run() -> int:
        if lacking := unavailable_option(given):
            return print_error(name, lacking, 2)
        parser = watching_parser(Parser(prog=name, description=DESCRIPTIONS[command]))
        return _watch(name, command, parser.parse_args(given))

    return _run_guarded(name, run)


def _command(arguments: list[str]) -> int:
    if lacking := unavailable_option(arguments):
        return print_error("scaler-monitor", lacking, 2)
    parser, parsers = commands_parser()
    chosen = next((argument for argument in arguments if not argument.startswith("-")), "")
    if chosen in COMMANDS:
        room = importlib.import_module(COMMANDS[chosen])
        room.add_arguments(parsers[chosen])
        options = parser.parse_args(arguments)
        if chosen != "doctor":  # which reports this limit itself
            ensure_open_files()
        return int(room.run(options))
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.error("which command? top, gui, doctor, demo or simulate")
    return _watch(f"scaler-monitor {options.command}", options.command, options)


def _watch(name: str, command: str, options: argparse.Namespace) -> int:
    from scaler_monitor.cli.plain import NoScheduler, run_plain
    from scaler_monitor.cli.screen import ScreenFailed, run_screen
    from scaler_monitor.link.interface import CollectorGone
    from scaler_monitor.link.process_link import ProcessLink
    from scaler_monitor.wire.address import BadAddress, parse_address

    if problem := _option_conflict(options):
        return print_error(name, problem, 2)
    try:
        address = parse_address(options.address)
        if (whole := address.from_anywhere()) != address:
            options.address = str(whole)
    except BadAddress as error:
        return print_error(name, str(error), 2)
    plain = options.once or options.batch
    if not plain and (problem := _terminal_problem()):
        return print_error(name, problem, 2)
    if sys.stdout is None:
        raise output.OutputLost("standard output is closed")
    options.delay = 1.0 if options.delay is None else options.delay
    ensure_open_files()
    ensure_threads()
    collector = ["--frame-limit", str(options.frame_limit)]
    try:
        collector += start_log(name, options)
    except OSError as error:
        return print_error(name, f"cannot write the log: {error.strerror} ({error.filename})", 2)
    try:
        link = ProcessLink(options.address, collector)
        if plain:
            return run_plain(command, options, link)
        return run_screen(name, command, options, link)
    except NoScheduler as error:
        return print_error(name, str(error), 3)
    except ScreenFailed as error:
        return print_error(name, str(error), error.code)
    except CollectorGone as error:
        return print_error(name, str(error), 1)


def _option_conflict(options: argparse.Namespace) -> str:
    if options.once and options.batch:
        return "--once and --batch exclude each other"
    if options.after and not options.once:
        return "--after goes with --once"
    if (options.delay is not None or options.count is not None) and not options.batch:
        return "-d and -n go with --batch"
    if options.format != "text" and not (options.once or options.batch):
        return "--format goes with --once or --batch"
    return ""


def _terminal_problem() -> str:
    if os.environ.get("TERM", "") in CANNOT_DRAW:
        return "this terminal (TERM) cannot draw a screen; try --once or --batch"
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        return "not at a terminal, so no screen; try --once or --batch"
    try:
        await_foreground(sys.stdin.fileno())
    except OSError:
        return "in the background, and no shell waits to bring it forward; try --once or --batch"
    return ""


def _run_guarded(name: str, run: Callable[[], int]) -> int:
    """Run a command so that no traceback is ever printed; return its exit code."""
    code: object = 1
    try:
        code = _exit_code(name, run)
        return code
    except SystemExit as leaving:
        code = leaving.code
        raise
    finally:
        _log.info("%s ends with exit code %s", name, code)
        finish_log()


def _exit_code(name: str, run: Callable[[], int]) -> int:
    set_failure_handler(exit_with_error(name))
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup requires
            signal.signal(number, _on_signal)
    try:
        process_setup.reset_process_state()
        streams.use_blocking_streams()
        try:
            return int(run())
        finally:
            output.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        output.discard()
        return 0
    except output.OutputLost as error:
        output.discard()
        return print_error(name, str(error), 1)
    except (TooFewOpenFiles, TooFewThreads, OSError) as error:
        _log.error("the command failed", exc_info=error)
        return print_error(name, str(error), 1)
    except Exception as error:
        return print_error(name, report_crash(error, name), 1)


def _on_signal(number: int, _frame: object) -> None:
    output.discard()  # writing it could block if nobody reads
    raise SystemExit(128 + number)
