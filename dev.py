#!/usr/bin/env python3
"""The project's commands. Needs only Python; makes `.venv` here and keeps everything else in it.

python3 dev.py demo        a real local Scaler cluster and the monitor on it
python3 dev.py test        checks (ruff, mypy, import rules) and the tests; more arguments go to pytest
python3 dev.py lint        the checks alone
python3 dev.py format      let ruff rewrite what it can
python3 dev.py snapshots   take the screen snapshots anew; look at them before you commit
python3 dev.py matrix      tests against real schedulers of the older releases (minutes)
python3 dev.py fuzz        the long run of the fuzz tests
python3 dev.py soak        30 minutes at 2,000 tasks/s with the memory's slope
python3 dev.py bench       the measures beside upstream, into bench/RESULTS.md
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "installed-for"
SOME_FAILED = 1
"""pytest's exit code when tests ran and some failed."""
WHOLE = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--cache-clear")
"""How the whole suite runs: in four processes, since most of its time is waiting for real ones, each file in
one of them, in the order that tests/conftest.py gives them."""
AGAIN = (
    "--last-failed",
    "--last-failed-no-failures",
    "none",
    "--maxfail",
    "5",
    "--snapshot-warn-unused",
    "-v",
)
"""What failed is looked at once more, and that is said: schedulers and terminals are real, and a machine may
be busy with something else. In a process of its own, one after the other: what tests share is made anew."""


def set_up(*, tools: bool) -> None:
    """Make the environment, or renew it when pyproject.toml has changed since; tests need `tools`."""
    of_project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    whole = f"{of_project} with tools"
    if STAMP.exists() and STAMP.read_text() in (whole, whole if tools else of_project):
        return
    print("setting up .venv, once: a minute or two ...", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
    subprocess.run([*pip, "--editable", ".[regex]", *(("--group", "dev") if tools else ())], cwd=ROOT, check=True)
    STAMP.write_text(whole if tools else of_project)


def become(*command: str | Path) -> NoReturn:
    """Let a command of the environment take this process's place, so that Ctrl+Z and signals are its own."""
    os.chdir(ROOT)
    os.execv(command[0], command)


def run(*command: str | Path) -> int:
    """Run a command of the environment in the project's folder; its exit code."""
    return subprocess.run(command, cwd=ROOT).returncode


def lint() -> int:
    """Style, format, types and import rules; 0 when all hold."""
    checks = (
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "mypy",),
        (BIN / "lint-imports",),
    )
    return max(run(*check) for check in checks)


def pytest(*arguments: str) -> int:
    """Run the tests; pytest's exit code."""
    return run(PYTHON, "-m", "pytest", *arguments)


def whole_suite() -> int:
    """Run all tests, and those that failed once more; pytest's exit code."""
    failed = pytest(*WHOLE)
    if failed == SOME_FAILED:
        print("what failed, once more:", flush=True)
        return pytest(*AGAIN)
    return failed


def main(arguments: list[str]) -> int:
    """Run one command of this file's list; its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    commands = {
        "demo": lambda: become(BIN / "scaler-monitor", "demo", *rest),
        "test": lambda: lint() or (pytest(*rest) if rest else whole_suite()),
        "lint": lint,
        "format": lambda: run(BIN / "ruff", "check", "--fix", ".") or run(BIN / "ruff", "format", "."),
        "snapshots": lambda: pytest("-m", "snapshot", "--snapshot-update", *rest),
        "matrix": lambda: pytest("-m", "matrix", *rest),
        "fuzz": lambda: pytest("-m", "fuzz", *rest),
        "soak": lambda: pytest("-m", "soak", "-s", *rest),
        "bench": lambda: run(PYTHON, "bench/run.py", *rest),
    }
    if command not in commands:
        print(__doc__)
        return 0 if command in ("help", "-h", "--help") else 2
    try:
        set_up(tools=command != "demo")
    except subprocess.CalledProcessError as error:
        print(f"setting up failed: {error}", file=sys.stderr)
        return 1
    return commands[command]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
