"""The command `scaler-monitor simulate`: a synthetic scheduler for monitors to connect to."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from scaler_monitor.simulate.publishing import YmqPublisher, ZmqPublisher
from scaler_monitor.simulate.synthetic_fleet import DEFAULT_FUNCTIONS, build_fleet
from scaler_monitor.simulate.synthetic_scheduler import SyntheticScheduler
from scaler_monitor.system.error_output import print_error
from scaler_monitor.system.interpreter import current_folder, enter_working_folder
from scaler_monitor.system.user_file import ensure_replaceable, replace_user_file
from scaler_monitor.wire.address import Address, BadAddress, parse_address

_NAME = "scaler-monitor simulate"
_Publisher = YmqPublisher | ZmqPublisher


class StatsNotWritten(Exception):
    """The statistics file cannot be written; the message is the reason."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `simulate`."""
    parser.add_argument("--workers", type=_whole(1), default=100, metavar="N", help="how many (default 100)")
    parser.add_argument(
        "--processors", type=_whole(1), default=1, metavar="P", help="of each worker (default 1)"
    )
    parser.add_argument(
        "--tasks-per-second", type=_whole(0), default=20, metavar="R", help="submitted (default 20)"
    )
    parser.add_argument(
        "--bind",
        required=True,
        metavar="ADDRESS",
        help="tcp://HOST:PORT or ipc://PATH; monitors connect there",
    )
    parser.add_argument("--wire", choices=("ymq", "zmq"), default="ymq", help="transport (default ymq)")
    parser.add_argument(
        "--generation", type=int, choices=(1, 2), default=2, help="1: as release 2.6, 2: as 2.9 (default 2)"
    )
    parser.add_argument(
        "--report-interval",
        type=_whole(1),
        default=1,
        metavar="SECONDS",
        help="from one report to the next (default 1)",
    )
    parser.add_argument(
        "--functions", default=",".join(DEFAULT_FUNCTIONS), metavar="NAME,...", help="that tasks call"
    )
    parser.add_argument("--tasks", type=_whole(0), metavar="N", help="submit no more than N tasks in all")
    parser.add_argument("--wait", action="store_true", help="submit nothing before a monitor is there (ymq)")
    parser.add_argument("--stats", type=Path, metavar="FILE", help="keep what was sent there, as JSON")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit code."""
    try:
        address = parse_address(options.bind).from_anywhere()
    except BadAddress as error:
        return print_error(_NAME, f"--bind {error}", 2)
    if address.scheme not in ("tcp", "ipc"):
        return print_error(_NAME, f"--bind {address}: needs tcp:// or ipc://", 2)
    try:
        stats = None if options.stats is None else options.stats.absolute()
        if stats is not None:
            ensure_replaceable(stats)
    except OSError as error:
        return print_error(_NAME, f"--stats {options.stats}: {error.strerror}", 1)
    if not current_folder():
        enter_working_folder()  # Cap'n Proto aborts if the current folder was deleted
    try:
        publisher = _bind(options, address)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        return print_error(_NAME, f"--bind {address}: {reason}", 1)
    fleet = build_fleet(options.workers, options.processors, tuple(options.functions.split(",")))
    scheduler = SyntheticScheduler(
        fleet,
        options.generation,
        publisher,
        tasks_per_second=options.tasks_per_second,
        tasks_in_all=options.tasks,
        report_interval_seconds=options.report_interval,
        wait_for_monitor=options.wait,
    )
    print(  # noqa: T201
        f"simulate: {options.workers} workers, {options.tasks_per_second} tasks/s, "
        f"{options.wire} generation {options.generation} at {options.bind}",
        file=sys.stderr,
        flush=True,
    )
    try:
        _serve(scheduler, publisher, stats)
    except StatsNotWritten as error:
        return print_error(_NAME, f"--stats {options.stats}: {error}", 1)


def _serve(scheduler: SyntheticScheduler, publisher: _Publisher, stats: Path | None) -> NoReturn:
    """Run until interrupted. Raises StatsNotWritten."""
    next_stats, problem_printed = 0.0, False
    try:
        while True:
            scheduler.step(time.monotonic())
            if publisher.accept_problem and not problem_printed:
                problem_printed = True
                print_error(_NAME, publisher.accept_problem, 1)
            if stats is not None and time.monotonic() > next_stats:
                _write_stats(stats, scheduler)
                next_stats = time.monotonic() + 1
    finally:
        publisher.close()
        if stats is not None:
            _write_stats(stats, scheduler)


def _bind(options: argparse.Namespace, address: Address) -> _Publisher:
    """Return a publisher that listens on the address. Raises OSError."""
    if options.wire == "ymq":
        return YmqPublisher(address, version=options.generation)
    return ZmqPublisher(address)


def _write_stats(path: Path, scheduler: SyntheticScheduler) -> None:
    try:
        replace_user_file(path, json.dumps(scheduler.stats()).encode(), durable=False)
    except OSError as error:
        raise StatsNotWritten(error.strerror or str(error)) from error


def _whole(least: int) -> Callable[[str], int]:
    """Return a parser of whole numbers of at least `least`."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return read
