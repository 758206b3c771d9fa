"""The result of a measurement, its limit, and the tables of results."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Limit(NamedTuple):
    """An upper limit as a multiple of another figure of the same run, named by `of`."""

    times: float
    of: str
    figure: float | None  # None if it could not be measured


class Result(NamedTuple):
    """One measured figure; `upstream`, `bare` and a numeric limit are in `unit` as well."""

    measure: str
    unit: str
    ours: float | None
    upstream: float | None = None
    limit: float | Limit | None = None
    note: str = ""
    reason: str = ""  # why the limit is missed, and what was tried
    workers: int | None = None  # number of workers, in the table of growth
    bare: float | None = None  # the same for a bare Textual app

    @property
    def most(self) -> float | None:
        """Return the limit in `unit`."""
        if not isinstance(self.limit, Limit):
            return self.limit
        return None if self.limit.figure is None else self.limit.times * self.limit.figure

    @property
    def verdict(self) -> str:
        """Return whether the limit is met; "" without a limit or a figure to compare."""
        if self.most is None or self.ours is None:
            return ""
        return "met" if self.ours <= self.most else "MISSED"

    @property
    def missed(self) -> str:
        """Return one line about a missed limit."""
        figures = f"{figure(self.ours, self.unit)} against {figure(self.most, self.unit)}"
        return f"- {self.measure}: {figures}. {self.reason or 'No reason is known yet.'}"

    @property
    def in_words(self) -> str:
        """Return the limit for display."""
        if isinstance(self.limit, Limit):
            return f"{self.limit.times:g} x {self.limit.of}"
        return figure(self.limit, self.unit)


def table(results: Sequence[Result]) -> str:
    """Return a Markdown table of the results, compared with upstream and bare Textual."""
    lines = [
        "| measure | upstream 2.9.0 | ours | beside upstream | beside bare Textual | limit | | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        ratio = ""
        if result.ours and result.upstream is not None:
            times = result.upstream / result.ours
            ratio = f"{times:.1f} x less" if times >= 1 else f"{1 / times:.1f} x more"
        cells = [
            result.measure,
            figure(result.upstream, result.unit),
            figure(result.ours, result.unit),
            ratio,
            beside_bare(result),
            result.in_words,
            result.verdict,
            result.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def growth_table(results: Sequence[Result]) -> str:
    """Return a Markdown table with a row per measurement and a column per number of workers."""
    fleets = sorted({result.workers for result in results if result.workers is not None})
    measures = list(dict.fromkeys(result.measure for result in results))
    found = {(result.measure, result.workers): _growing(result) for result in results}
    lines = ["| measure | " + " | ".join(f"{workers:,} workers" for workers in fleets) + " |"]
    lines.append("|---" * (1 + len(fleets)) + "|")
    for measure in measures:
        cells = [found.get((measure, workers), "") for workers in fleets]
        lines.append(f"| {measure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def beside_bare(result: Result) -> str:
    """Return ours as a multiple of a bare app; "" if there is nothing to compare."""
    if not result.ours or not result.bare:
        return ""
    return f"{result.ours / result.bare:.1f} x {figure(result.bare, result.unit)}"


def _growing(result: Result) -> str:
    text, beside = figure(result.ours, result.unit), beside_bare(result)
    return f"{text} ({beside.partition(' x ')[0]} x bare)" if beside else text


def machine() -> str:
    """Return a description of the machine in one line."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def figure(value: float | None, unit: str) -> str:
    """Return a value for display; "" for None."""
    if value is None:
        return ""
    if value == 0:
        return f"0 {unit}"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{text} {unit}"
