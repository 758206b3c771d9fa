"""What a measure gives, and the tables that are made of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Result(NamedTuple):
    """One figure of one measure; `target` is the most that ours may be, all in `unit`."""

    measure: str
    unit: str
    ours: float | None
    upstream: float | None = None
    target: float | None = None
    note: str = ""
    reason: str = ""  # why the target is missed where it is, and what was tried
    workers: int | None = None  # of the fleet, in the table of growth

    @property
    def verdict(self) -> str:
        """Whether the target is met; "" where there is none."""
        if self.target is None or self.ours is None:
            return ""
        return "met" if self.ours <= self.target else "MISSED"

    @property
    def missed(self) -> str:
        """One line about a missed target."""
        figures = f"{figure(self.ours, self.unit)} against {figure(self.target, self.unit)}"
        return f"- {self.measure}: {figures}. {self.reason or 'No reason is known yet.'}"


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table with ratios."""
    lines = ["| measure | upstream 2.9.0 | ours | ratio | target | | note |", "|---|---|---|---|---|---|---|"]
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
            figure(result.target, result.unit),
            result.verdict,
            result.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def growth_table(results: Sequence[Result]) -> str:
    """Return a Markdown table with a line a measure and a column a size of the fleet."""
    fleets = sorted({result.workers for result in results if result.workers is not None})
    measures = list(dict.fromkeys(result.measure for result in results))
    found = {(result.measure, result.workers): figure(result.ours, result.unit) for result in results}
    lines = ["| measure | " + " | ".join(f"{workers:,} workers" for workers in fleets) + " |"]
    lines.append("|---" * (1 + len(fleets)) + "|")
    for measure in measures:
        cells = [found.get((measure, workers), "") for workers in fleets]
        lines.append(f"| {measure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine() -> str:
    """Return the machine in one line."""
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
    """Return a value as people read it; "" where there is none."""
    if value is None:
        return ""
    if value == 0:
        return f"0 {unit}"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{text} {unit}"
