"""What a measure gives, and the table that is made of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One figure of one measure; `target` is the most that ours may be, all in `unit`."""

    measure: str
    unit: str
    ours: float | None
    upstream: float | None = None
    target: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None or self.ours is None:
            return ""
        return "met" if self.ours <= self.target else "MISSED"


def table(results: Iterable[Result]) -> str:
    """Return the results as a Markdown table with ratios."""
    lines = ["| measure | upstream 2.9.0 | ours | ratio | target | | note |", "|---|---|---|---|---|---|---|"]
    for result in results:
        ratio = ""
        if result.ours and result.upstream is not None:
            ratio = f"{result.upstream / result.ours:.1f} x less"
        cells = [
            result.measure,
            _figure(result.upstream, result.unit),
            _figure(result.ours, result.unit),
            ratio,
            _figure(result.target, result.unit),
            result.verdict,
            result.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
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


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    text = f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
    return f"{text} {unit}"
