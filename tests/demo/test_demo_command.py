"""`scaler-monitor demo` shows a real cluster and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.offspring import Offspring
from tests.watched import until

DEMO = [
    sys.executable,
    "-c",
    "import sys; from scaler_monitor.cli.main import main; sys.exit(main())",
    "demo",
]


@pytest.mark.peer
def test_demo_prints_a_cluster_and_exits(scaler_python: object) -> None:
    offspring = Offspring()
    shown = subprocess.run(
        [*DEMO, "--once", "--format", "json"],
        capture_output=True,
        text=True,
        timeout=250,
        env=offspring.environment,
    )
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    assert len(document["workers"]) == 5
    assert {manager["id"] for manager in document["managers"]} == {"cpu-pool", "gpu-pool"}
    assert "demo: 5 workers are at work" in shown.stderr
    until(lambda: not offspring.living())


def test_demo_without_a_terminal_fails_immediately() -> None:
    refused = subprocess.run(DEMO, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "--once" in refused.stderr


def test_a_python_without_scaler_is_rejected_in_one_line() -> None:
    refused = subprocess.run(
        [*DEMO, "--once", "--scaler-python", sys.executable], capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "no usable opengris-scaler" in refused.stderr
    assert refused.stderr.count("\n") == 1
