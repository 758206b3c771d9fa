"""`python3 dev.py bench [ROW ...]`: measure ours and upstream, print tables; without ROW, write RESULTS.md.

A row that fails, or takes longer than `ROW_SECONDS`, is reported, and the others continue.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.result import Result, growth_table, machine, table  # noqa: E402

ROWS = (
    "state_task",
    "state_scheduler",
    "keyframe",
    "findings",
    "top_1000_workers",
    "top_10000_workers",
    "top_small",
    "tabs_10000_workers",
    "million_tasks",
    "start_up",
    "overload",
    "hostile",
    "growth",
)
ROW_SECONDS = 600

HEAD = """# Measured beside opengris-scaler 2.9.0

{machine}, {date}, `python3 dev.py bench` in {minutes:.0f} minutes, load of the machine before {load}.

CPU is that of all our processes together, from the operating system; screens are real ptys of 160x50. The
simulated scheduler (`scaler-monitor simulate`) is not counted in. A key is timed from its writing to the
arrival of the bytes that put its rows on the screen. Upstream's tools run one after the other in front of the
same stream. [SOAK.md](SOAK.md) is the soak of 30 minutes, which `python3 dev.py soak` writes.

Milliseconds depend on the machine, and on what else it does that day: the same key took two to three times as
long on a slow one. So each latency stands beside that of a bare Textual app ([bare_app.py](bare_app.py)) in
the same run, timed in the same way: a key that draws all 50 lines anew, with twelve numbers each, and nothing
else. It has no rows to sort, asks no other process, and draws once. "2.5 x" means that ours took two and a
half times as long, both at the 95th percentile; limits of latencies are such multiples. Starts are compared
likewise: the same app with an empty screen, from its command to its first frame, which is Python, the import
of Textual, and a first layout. Limits of cost are multiples of upstream's where it has the same, and shares
of a core or bytes where it has not.
"""


def main() -> int:
    """Measure the given rows, or all; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    rows = parser.parse_args().rows or ROWS
    if unknown := set(rows) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(unknown))}: {', '.join(ROWS)}")
    signal.signal(signal.SIGALRM, _too_long)
    begun, load = time.monotonic(), os.getloadavg()[0]
    results: dict[str, list[Result]] = {}
    failures: dict[str, str] = {}
    for row in rows:
        print(f"measuring {row} ...", file=sys.stderr, flush=True)
        signal.alarm(ROW_SECONDS)
        try:
            results[row] = importlib.import_module(f"bench.{row}").measure()
        except Exception as error:
            failures[row] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            print(f"{row}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            continue
        finally:
            signal.alarm(0)
        print(tables(results[row]), flush=True)
    if set(rows) == set(ROWS):
        head = HEAD.format(
            machine=machine(),
            date=time.strftime("%Y-%m-%d"),
            minutes=(time.monotonic() - begun) / 60,
            load=f"{load:.1f}",
        )
        (ROOT / "bench" / "RESULTS.md").write_text(report(head, results, failures))
    return 1 if failures else 0


def tables(results: list[Result]) -> str:
    """Return the tables of measurements and of growth, those that are not empty."""
    alone = [result for result in results if result.workers is None]
    growing = [result for result in results if result.workers is not None]
    return "\n\n".join([*([table(alone)] if alone else []), *([growth_table(growing)] if growing else [])])


def report(head: str, results: dict[str, list[Result]], failures: dict[str, str]) -> str:
    """Return RESULTS.md: the measurements, missed limits with reasons, and growth."""
    measures = [result for found in results.values() for result in found if result.workers is None]
    lines = [head, table(measures), "", "## Missed"]
    lines += [result.missed for result in measures if result.verdict == "MISSED"]
    lines += [f"- `{row}` could not be measured: {reason}" for row, reason in failures.items()]
    if lines[-1] == "## Missed":
        lines.append("Nothing.")
    if "growth" in results:
        growing = [result for result in results["growth"] if result.workers is not None]
        lines += ["", "## How cost grows", growth_table(growing)]
    return "\n".join(lines) + "\n"


def _too_long(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise TimeoutError(f"took longer than {ROW_SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
