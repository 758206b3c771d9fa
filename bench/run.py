"""`python3 dev.py bench [ROW ...]`: measure beside upstream, print a table, write RESULTS.md."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.result import Result, machine, table  # noqa: E402

ROWS = (
    "state_task",
    "state_scheduler",
    "top_1000_workers",
    "top_10000_workers",
    "tabs_10000_workers",
    "top_small",
    "million_tasks",
    "start_up",
    "overload",
    "growth",
)


def main() -> int:
    """Measure the rows named, or all; RESULTS.md is written when all were. 1 if one could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    rows = parser.parse_args().rows or ROWS
    results: dict[str, list[Result]] = {}
    whole = True
    for row in rows:
        if row not in ROWS:
            parser.error(f"no row {row}: {', '.join(ROWS)}")
        print(f"measuring {row} ...", file=sys.stderr, flush=True)
        try:
            results[row] = importlib.import_module(f"bench.{row}").measure()
        except Exception as error:
            whole = False
            note = f"not measured: {type(error).__name__}: {error}"[:200]
            results[row] = [Result(row, "", None, note=note)]
        print(table(results[row]), flush=True)
    if set(rows) == set(ROWS):
        (ROOT / "bench" / "RESULTS.md").write_text(report(results))
    return 0 if whole else 1


def report(results: dict[str, list[Result]]) -> str:
    """Return RESULTS.md: the measures, what was missed, and how cost grows."""
    measures = [result for row, found in results.items() if row != "growth" for result in found]
    missed = [f"- {result.measure}: {result.note}" for result in measures if result.verdict == "MISSED"]
    return "\n".join(
        [
            "# Measured beside opengris-scaler 2.9.0",
            "",
            f"{machine()}, {time.strftime('%Y-%m-%d')}, `python3 dev.py bench`",
            "",
            "CPU is that of all our processes together, from the operating system; screens are real ptys.",
            "",
            table(measures),
            "",
            "## Missed",
            *(missed or ["Nothing."]),
            "",
            "## How cost grows",
            table(results["growth"]),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
