"""The commands of dev.py import modules from the project's folder, wherever they are started."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.hostile_folder import HostileFolder

PROJECT = Path(__file__).parents[2]
RECORDS = """#!/bin/sh
echo "$PWD $*" >> {log}
"""


def test_setting_up_from_a_hostile_folder(tmp_path: Path) -> None:
    hostile = HostileFolder(tmp_path)
    project, log = tmp_path / "project", tmp_path / "log"
    commands = project / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name in ("dev.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, project)
    for name in ("python", "scaler-monitor"):
        (commands / name).write_text(RECORDS.format(log=log))
        (commands / name).chmod(0o755)
    subprocess.run([sys.executable, str(project / "dev.py"), "demo"], cwd=hostile.path, check=True)
    started = log.read_text().splitlines()
    assert [line.split(" install ")[0] for line in started] == [
        *([f"{project} -m pip"] * 2),
        f"{project} demo",
    ]
    hostile.assert_nothing_ran()
