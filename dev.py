#!/usr/bin/env python3
"""The project's commands. Needs only Python; creates `.venv` here, with everything else in it.

python3 dev.py demo        run a real local Scaler cluster and the monitor on it
python3 dev.py test        run the checks (ruff, mypy, import rules) and the tests; arguments go to pytest;
                           tests that start processes may be rerun once, and the summary names them
python3 dev.py lint        run the checks only
python3 dev.py format      format the code with ruff, and apply its fixes
python3 dev.py snapshots   update the screen snapshots; look at them before you commit
python3 dev.py lowest      run the tests with the oldest allowed dependencies, in .venv-lowest
python3 dev.py matrix      run the tests with real schedulers of older releases (minutes)
python3 dev.py fuzz        run the fuzz tests for a long time
python3 dev.py soak        run 30 minutes at 2,000 tasks/s, and measure the growth of memory
python3 dev.py bench       run the benchmarks against upstream's tools, and write bench/RESULTS.md
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOWEST = ROOT / ".venv-lowest"
BIN = VENV / "bin"
BOUNDED = re.compile(r'^[^#\n]*"([\w-]+)(?:>=|~=)([\d.]+)[^";]*(;[^"]*)?"', re.MULTILINE)
"""Matches a requirement in pyproject.toml with its lower bound and its marker."""
WHOLE = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
"""Options for the whole suite: four processes, since most of the time is waiting for real schedulers; each
file runs in one process, in the order that tests/conftest.py defines."""


def set_up(folder: Path, *groups: str, constraints: str = "") -> None:
    """Create an environment with the project and these dependency groups, or update it if pyproject.toml
    changed.

    An environment that already has more groups is not changed. `constraints` are pip constraints, one per
    line.
    """
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp, python = folder / "installed-for", folder / "bin" / "python"
    has = stamp.read_text().split() if stamp.exists() else []
    if has[:1] == [project] and set(groups) <= set(has):
        return
    print(f"setting up {folder.name}, once: a minute or two ...", file=sys.stderr, flush=True)
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], cwd=ROOT, check=True)  # -m looks in the current folder
    (folder / "constraints.txt").write_text(constraints)
    wanted = [part for group in groups for part in ("--group", group)]
    constrained: list[str | Path] = ["--constraint", folder / "constraints.txt"] if constraints else []
    subprocess.run([*pip, *constrained, "--editable", ".[regex]", *wanted], cwd=ROOT, check=True)
    stamp.write_text(" ".join((project, *groups)))


def lower_bounds(pyproject: str) -> str:
    """Return pip constraints, one per line: each dependency of the project at its lower bound."""
    of_project, _, _ = pyproject.partition("\n[project]\n")[2].partition("\n[dependency-groups]\n")
    return "".join(f"{name}=={bound}{marker}\n" for name, bound, marker in BOUNDED.findall(of_project))


def become(*command: str | Path) -> NoReturn:
    """Replace this process by a command of the environment, so that it receives Ctrl+Z and signals."""
    os.chdir(ROOT)
    os.execv(command[0], command)


def run(*command: str | Path) -> int:
    """Run a command of the environment in the project's folder; return its exit code."""
    return subprocess.run(command, cwd=ROOT).returncode


def lint() -> int:
    """Check style, format, types (of the tests too) and import rules; return 0 if all pass."""
    checks = (
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "mypy",),
        (BIN / "lint-imports",),
    )
    return max(run(*check) for check in checks)


def pytest(*arguments: str, environment: Path = VENV) -> int:
    """Run the tests; return pytest's exit code."""
    return run(environment / "bin" / "python", "-m", "pytest", *arguments)


def lowest(*arguments: str) -> int:
    """Run the tests with the oldest versions; return pytest's exit code. Snapshots need newer versions."""
    chosen = ("-m", "not snapshot and not matrix and not fuzz and not soak")
    return pytest(*chosen, *(arguments or WHOLE), environment=LOWEST)


def main(arguments: list[str]) -> int:
    """Run one of the commands above; return its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    commands: dict[str, Callable[[], int]] = {
        "demo": lambda: become(BIN / "scaler-monitor", "demo", *rest),
        "test": lambda: lint() or pytest(*(rest or WHOLE)),
        "lint": lint,
        "format": lambda: run(BIN / "ruff", "check", "--fix", ".") or run(BIN / "ruff", "format", "."),
        "snapshots": lambda: pytest("-m", "snapshot", "--snapshot-update", *rest),
        "lowest": lambda: lowest(*rest),
        "matrix": lambda: pytest("-m", "matrix", *rest),
        "fuzz": lambda: pytest("-m", "fuzz", *rest),
        "soak": lambda: pytest("-m", "soak", "-s", *rest),
        "bench": lambda: run(BIN / "python", "bench/run.py", *rest),
    }
    if command not in commands:
        print(__doc__)
        return 0 if command in ("help", "-h", "--help") else 2
    try:
        if command == "lowest":
            set_up(LOWEST, "test", constraints=lower_bounds((ROOT / "pyproject.toml").read_text()))
        else:
            set_up(VENV, *(() if command == "demo" else ("dev",)))
    except subprocess.CalledProcessError as error:
        print(f"setting up failed: {error}", file=sys.stderr)
        return 1
    return commands[command]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
