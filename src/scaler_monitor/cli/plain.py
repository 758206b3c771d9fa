"""Prints reports without a screen: `--once` and `--batch`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from scaler_monitor.cli import output
from scaler_monitor.link.interface import CollectorGone, Report
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.link.viewer_usage import ViewerUsage
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.system.deadlines import Deadlines
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.problem import try_monitor_port

POLL_SECONDS = 0.05
PING_SECONDS = 10.0


class NoScheduler(Exception):
    """No scheduler, or no report from it, within the timeout; the message is one line."""


def run_plain(command: str, options: argparse.Namespace, link: ProcessLink) -> int:
    """Print the reports; return the exit code. Raises NoScheduler and CollectorGone."""
    if command == "gui" and options.format == "text":
        options.format = "tabs"
    return asyncio.run(_run(options, link))


async def _run(options: argparse.Namespace, link: ProcessLink) -> int:
    cost = ViewerUsage()
    try:
        report = await _first_report(options, link, cost)
        if options.once:
            if options.after:
                report = await _report_at(time.monotonic() + options.after, link, options.format, cost)
            _print(report, cost)
            return 0
        return await _repeat(options, link, report, cost)
    finally:
        await link.close()


async def _first_report(options: argparse.Namespace, link: ProcessLink, cost: ViewerUsage) -> Report:
    """Wait up to the timeout for a connection, then up to the timeout again for a report.

    The time is measured from the collector's first answer, so that its start-up does not count.
    """
    address, timeout = options.address, options.timeout
    started = connected = None
    while True:
        now = time.monotonic()  # before the request: a process that was suspended tries once more
        report = await link.report(options.format, cost.measure(), output.width())
        if report.text:
            return report
        started = started or now
        problem = report.status.problem  # includes the address
        if report.status.connected:
            connected = connected or now
            if (passed := now - connected) > timeout:
                if report.status.frames and not problem:
                    amount = count_with_noun(report.status.frames, "message")
                    problem = f"{address}: {amount} came, but no report: a long report interval?"
                problem = problem or f"{address}: connected: {try_monitor_port(parse_address(address))}"
                raise NoScheduler(f"no report within {passed:.1f} s: {problem}; else try a longer --timeout")
        else:
            connected = None
            if now - started > timeout:
                problem = problem or f"{address}: no answer yet; try a longer --timeout"
                raise NoScheduler(f"no scheduler within {timeout:g} s: {problem}")
        await asyncio.sleep(POLL_SECONDS)


async def _repeat(options: argparse.Namespace, link: ProcessLink, report: Report, cost: ViewerUsage) -> int:
    printed = 0
    deadlines = Deadlines(time.monotonic(), options.delay)
    while True:
        if printed and options.format != "json":
            output.write("\n")  # separates the reports
        _print(report, cost)
        printed += 1
        if options.count is not None and printed >= options.count:
            return 0
        try:
            due = deadlines.next(time.monotonic())
            report = await _report_at(due, link, options.format, cost)
        except CollectorGone as gone:
            print(f"scaler-monitor: {gone}; starting another", file=sys.stderr)  # noqa: T201
            await link.restart()
            report = await _first_report(options, link, cost)


async def _report_at(moment: float, link: ProcessLink, form: str, cost: ViewerUsage) -> Report:
    """Return the report at `moment` (monotonic seconds). Raises CollectorGone soon if the collector exits."""
    while (left := moment - time.monotonic()) > 0:
        await asyncio.sleep(min(left, PING_SECONDS))
        if left > PING_SECONDS:
            await link.ping()
    return await link.report(form, cost.measure(), output.width())


def _print(report: Report, cost: ViewerUsage) -> None:
    text = report.text if report.text.endswith("\n") else report.text + "\n"
    output.write(text)
    cost.wrote(len(text.encode(errors="backslashreplace")))
