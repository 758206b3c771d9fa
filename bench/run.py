"""`python bench/run.py [ROW ...]`: measure beside upstream, print a table, write RESULTS.md."""

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
    "top_small",
    "million_tasks",
    "start_up",
    "overload",
    "growth",
)


def main() -> int:
    """Measure the rows named, or all; RESULTS.md is written when all were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    rows = parser.parse_args().rows or ROWS
    results: list[Result] = []
    for row in rows:
        if row not in ROWS:
            parser.error(f"no row {row}: {', '.join(ROWS)}")
        print(f"measuring {row} ...", file=sys.stderr, flush=True)
        try:
            measured = importlib.import_module(f"bench.{row}").measure()
        except Exception as error:
            measured = [Result(row, "", None, note=f"not measured: {type(error).__name__}: {error}"[:200])]
        print(table(measured), flush=True)
        results += measured
    if set(rows) == set(ROWS):
        command = "python bench/run.py"
        text = "# Measured beside opengris-scaler 2.9.0\n\n"
        text += f"{machine()}, {time.strftime('%Y-%m-%d')}, `{command}`\n\n"
        (ROOT / "bench" / "RESULTS.md").write_text(text + table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
