"""The clock for ages continues during a suspension, unlike other clocks on Linux."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

SLEPT_SECONDS = 28_800
LATE = "import time; {}; print(now() - {})"
THE_CLOCK = "from scaler_monitor.system.steady_clock import steady_now as now"


@pytest.mark.parametrize(
    "clock",
    [
        THE_CLOCK,
        "from tests.collector.test_watch import StillFeed, watch_of; "
        "now = watch_of(StillFeed())._clock.steady",
        "from scaler_monitor.ui.status import StatusLine; now = StatusLine().steady",
        "from scaler_monitor.ui.app import MonitorApp; now = MonitorApp(None)._status.steady",
    ],
    ids=["itself", "collector", "status line", "app"],
)
def test_time_of_suspension_counts(clock: str) -> None:
    """In a separate time namespace the machine was suspended for eight hours."""
    namespace = ["unshare", "--user", "--map-root-user", "--time", "--fork", f"--boottime={SLEPT_SECONDS}"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*namespace, "true"], capture_output=True).returncode
    ):
        pytest.skip("no time namespaces here")
    code = LATE.format(clock, "time.monotonic()")
    told = subprocess.run(
        [*namespace, sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert float(told.stdout) >= SLEPT_SECONDS - 1


def test_all_processes_of_a_machine_agree() -> None:
    from scaler_monitor.system.steady_clock import steady_now

    before = steady_now()
    told = subprocess.run(
        [sys.executable, "-c", LATE.format(THE_CLOCK, 0)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert before < float(told.stdout) < steady_now()
