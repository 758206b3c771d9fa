"""The thread that answers viewers: should it die, the collector ends and says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DIES = (
    "import sys; from scaler_monitor.collector import process, serving; "
    "serving.Server._serve = lambda self: 1 / 0; "
    "sys.exit(process.run(sys.argv[1:]))"
)


def test_its_death_ends_the_collector_with_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DIES, "tcp://127.0.0.1:1", "--endpoint", f"ipc://{tmp_path}/link"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ended.returncode == 1
    assert ended.stderr == "link failed: ZeroDivisionError: division by zero\n"
