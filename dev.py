#!/usr/bin/env python3
"""The project's commands. Needs only Python; makes `.venv` here and keeps everything else in it.

python3 dev.py demo        a real local Scaler cluster and the monitor on it
python3 dev.py test        checks (ruff, mypy over tests too, import rules) and the tests; more arguments go
                           to pytest; what starts processes may fail once, and the summary names it
python3 dev.py lint        the checks alone
python3 dev.py format      let ruff rewrite what it can
python3 dev.py snapshots   take the screen snapshots anew; look at them before you commit
python3 dev.py lowest      the tests with the oldest dependencies that pyproject.toml allows, in .venv-lowest
python3 dev.py matrix      tests against real schedulers of the older releases (minutes)
python3 dev.py fuzz        the long run of the fuzz tests
python3 dev.py soak        30 minutes at 2,000 tasks/s with the memory's slope
python3 dev.py bench       the measures beside upstream, into bench/RESULTS.md
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
"""A requirement in pyproject.toml with its lower bound and its marker."""
WHOLE = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
"""How the whole suite runs: in four processes, since most of its time is waiting for real ones, each file in
one of them, in the order that tests/conftest.py gives them."""


def set_up(folder: Path, *groups: str, constraints: str = "") -> None:
    """Make an environment with the project and these of its groups, or renew it when pyproject.toml changed.

    An environment that has more than is asked for stays as it is. `constraints` are pip's, a line each.
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
    """Return pip's constraints, a line each: what the project depends on, each at its lower bound."""
    of_project, _, _ = pyproject.partition("\n[project]\n")[2].partition("\n[dependency-groups]\n")
    return "".join(f"{name}=={bound}{marker}\n" for name, bound, marker in BOUNDED.findall(of_project))


def become(*command: str | Path) -> NoReturn:
    """Let a command of the environment take this process's place, so that Ctrl+Z and signals are its own."""
    os.chdir(ROOT)
    os.execv(command[0], command)


def run(*command: str | Path) -> int:
    """Run a command of the environment in the project's folder; its exit code."""
    return subprocess.run(command, cwd=ROOT).returncode


def lint() -> int:
    """Style, format, types (of the tests too) and import rules; 0 when all hold."""
    checks = (
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "mypy",),
        (BIN / "lint-imports",),
    )
    return max(run(*check) for check in checks)


def pytest(*arguments: str, environment: Path = VENV) -> int:
    """Run the tests; pytest's exit code."""
    return run(environment / "bin" / "python", "-m", "pytest", *arguments)


def lowest(*arguments: str) -> int:
    """Run the tests with the oldest versions; pytest's exit code. The pictures are of newer ones."""
    chosen = ("-m", "not snapshot and not matrix and not fuzz and not soak")
    return pytest(*chosen, *(arguments or WHOLE), environment=LOWEST)


def main(arguments: list[str]) -> int:
    """Run one command of this file's list; its exit code."""
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
