"""The memory of a process over a long time, and a page about it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from bench.result import machine

Samples = Sequence[tuple[float, int]]
"""(seconds since the start, resident bytes)"""

LINES = 15


def bytes_a_minute(samples: Samples, after: float) -> float:
    """Return the slope by least squares over the part after the fraction `after` of the time."""
    late = [sample for sample in samples if sample[0] >= after * samples[-1][0]]
    middle = sum(at for at, _ in late) / len(late)
    spread = sum((at - middle) ** 2 for at, _ in late)
    return 60 * sum((at - middle) * held for at, held in late) / spread


def soak_report(samples: Mapping[str, Samples], cpu: Mapping[str, float], after: float, sent: str) -> str:
    """Return a page of Markdown: slope, size and CPU of each process, and its memory over time."""
    lines = [
        "# A soak",
        "",
        f"{machine()}, {time.strftime('%Y-%m-%d %H:%M')}, `python3 dev.py soak`: 1,000 workers x 8 and 2,000 "
        "tasks/s, the top view at 160x50 with a sort key every five seconds. "
        f"{sent}. The limit is 1 MB a minute over the last {1 - after:.0%} of the time.",
        "",
        "| process | slope over the last third | at the end | most | CPU |",
        "|---|---|---|---|---|",
    ]
    for name, taken in samples.items():
        lines.append(
            f"| {name} | {bytes_a_minute(taken, after) / 1e6:+.2f} MB/min | {taken[-1][1] / 1e6:.0f} MB | "
            f"{max(held for _, held in taken) / 1e6:.0f} MB | {cpu[name]:.1f} % of a core |"
        )
    names = list(samples)
    lines += ["", "| minute | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    count = len(samples[names[0]])
    for number in range(LINES + 1):
        index = min(number * count // LINES, count - 1)
        cells = [f"{samples[name][index][1] / 1e6:.1f} MB" for name in names]
        lines.append(f"| {samples[names[0]][index][0] / 60:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
