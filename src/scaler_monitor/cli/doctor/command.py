"""`scaler-monitor doctor [TARGET]`: find out, write it, and say by the exit code whether all is well."""

from __future__ import annotations

import argparse
import time

from scaler_monitor.cli import output
from scaler_monitor.cli.doctor import limit_facts, path_facts, terminal_facts, version_facts
from scaler_monitor.cli.doctor.fact_report import Section, as_json, as_text, find_out, wrong_facts
from scaler_monitor.cli.options import positive
from scaler_monitor.system.complaints import complain
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
        type=positive(0.1),
        default=5.0,
        metavar="SECONDS",
        help="how long each step may take there (default 5)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="(default text)")


def run(options: argparse.Namespace) -> int:
    """Print the report; returns 0 when all is well, 1 when something is wrong, 2 for no address."""
    address: Address | None = None
    if options.address is not None:
        try:
            address = parse_address(options.address).from_anywhere()
        except BadAddress as error:
            return complain(NAME, str(error), 2)
    sections = find_all_out(address, options.timeout)
    write = as_json if options.format == "json" else as_text
    output.write(write(sections, time.time()))
    return 1 if wrong_facts(sections) else 0


def find_all_out(address: Address | None, timeout: float) -> list[Section]:
    """Return all sections of the report."""
    versions, terminal, paths, limits = version_facts, terminal_facts, path_facts, limit_facts
    sections = [
        find_out("versions", versions.own_version, versions.dependencies, versions.loaded_parts),
        find_out("terminal", terminal.terminal_itself, terminal.colours, terminal.letters, terminal.keyboard),
        find_out("paths", paths.user, paths.settings, paths.folders, paths.sockets, paths.log),
        find_out("limits", limits.limits, limits.room),
    ]
    if address is not None:
        from scaler_monitor.cli.doctor.target_facts import Target

        sections.append(find_out("scheduler", Target(address, timeout).answers))
    return sections
