"""The command `scaler-monitor doctor [ADDRESS]`: run all checks and print the report."""

from __future__ import annotations

import argparse
import time

from scaler_monitor.cli import output
from scaler_monitor.cli.doctor import limit_facts, path_facts, terminal_facts, version_facts
from scaler_monitor.cli.doctor.fact_report import Section, as_json, as_text, count_wrong, run_checks
from scaler_monitor.cli.options import seconds_from
from scaler_monitor.system.error_output import print_error
from scaler_monitor.wire.address import Address, BadAddress, parse_address

NAME = "scaler-monitor doctor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `doctor`."""
    parser.add_argument(
        "address", nargs="?", metavar="ADDRESS", help="a scheduler's monitor address: what answers there"
    )
    parser.add_argument(
        "-t",
        "--timeout",
        type=seconds_from(0.1),
        default=5.0,
        metavar="SECONDS",
        help="how long each step may take there (default 5)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="(default text)")


def run(options: argparse.Namespace) -> int:
    """Print the report; return 0 if all is well, 1 if something is wrong, 2 for an invalid address."""
    address: Address | None = None
    if options.address is not None:
        try:
            address = parse_address(options.address).from_anywhere()
        except BadAddress as error:
            return print_error(NAME, str(error), 2)
    sections = all_sections(address, options.timeout)
    write = as_json if options.format == "json" else as_text
    output.write(write(sections, time.time()))
    return 1 if count_wrong(sections) else 0


def all_sections(address: Address | None, timeout: float) -> list[Section]:
    """Return all sections of the report."""
    versions, terminal, paths, limits = version_facts, terminal_facts, path_facts, limit_facts
    sections = [
        run_checks("versions", versions.own_version, versions.dependencies, versions.loaded_parts),
        run_checks(
            "terminal", terminal.terminal_itself, terminal.colours, terminal.letters, terminal.keyboard
        ),
        run_checks("paths", paths.user, paths.settings, paths.folders, paths.sockets, paths.log),
        run_checks("limits", limits.limits, limits.room),
    ]
    if address is not None:
        from scaler_monitor.cli.doctor.target_facts import Target

        sections.append(run_checks("scheduler", Target(address, timeout).answers))
    return sections
