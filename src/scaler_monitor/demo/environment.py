"""Creates a separate Python environment with opengris-scaler.

opengris-scaler installs commands with the same names as this package, so it must not be in our environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scaler_monitor.system.interpreter import (
    WORKING_FOLDER,
    Interpreter,
    ask_interpreter,
    environment_for_python,
    own_interpreter,
)
from scaler_monitor.system.marked_folder import mark, remove_marked_folder
from scaler_monitor.system.user_folders import cache_folder

CURRENT_RELEASE = "2.9.0"

_CONSTRAINTS = Path(__file__).with_name("constraints.txt")  # of the current release
_BESIDE_SCALER = ("pyzmq==27.3.0",)  # opengris-scaler's ZMQ backend, an extra of it since 2.3
_BESIDE_RELEASE = {"1.15.0": ("configargparse==1.7.7",)}  # later versions do not accept its parser class
_DONE_MARKER = "installed.txt"


class ScalerUnavailable(Exception):
    """There is no Python with opengris-scaler, and none could be created; the message is one line."""


def environment_folder(version: str) -> Path:
    """Return the folder of the environment for opengris-scaler `version`, which may not exist."""
    return cache_folder() / f"opengris-scaler-{version}"


def ensure_scaler_python(
    version: str = CURRENT_RELEASE, progress: Callable[[str], None] | None = None
) -> Path:
    """Return the Python of an environment with opengris-scaler `version`.

    The environment is created once, in the cache folder; an incomplete one, left by a killed run, is created
    again. A folder of that name without our marker is not changed. Concurrent processes wait for the one that
    creates it. `progress` is called with one line before each slow step. Raises ScalerUnavailable.
    """
    folder = environment_folder(version)
    requirements = [f"opengris-scaler=={version}", *_BESIDE_SCALER, *_BESIDE_RELEASE.get(version, ())]
    constraints = _constraints(version)
    python = folder / "bin" / "python"
    if _is_complete(folder, requirements, constraints):
        return python
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _process_lock(folder.with_name(folder.name + ".lock")):
            if not _is_complete(folder, requirements, constraints):
                _prepare_folder(folder)
                _install(folder, requirements, constraints, progress or _no_progress)
    except OSError as error:
        raise ScalerUnavailable(
            f"cannot make an environment for opengris-scaler: {error}; set XDG_CACHE_HOME to a folder that "
            "can be written, or name a Python that has it with --scaler-python PATH"
        ) from error
    return python


def check_scaler_python(named: str) -> Path:
    """Return the Python at a path, or with a name on PATH, if it can import opengris-scaler.

    Raises ScalerUnavailable.
    """
    found = named if os.sep in named else shutil.which(named)
    if found is None:
        raise ScalerUnavailable(f"there is no {named} on PATH; name the Python with its folder")
    try:
        python = Path(found).absolute()
        environment = environment_for_python()
        probe = subprocess.run(
            ask_interpreter(str(python), environment).run_code("import scaler.entry_points.scaler"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=WORKING_FOLDER,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScalerUnavailable(f"{named} does not run as a Python: {error}") from error
    if probe.returncode:
        reason = (probe.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ScalerUnavailable(f"{named} has no usable opengris-scaler ({reason}); install it there")
    return python


def _no_progress(_line: str) -> None:
    """Ignore the progress."""


def _constraints(version: str) -> list[str]:
    """Return the pinned versions of all dependencies of the current release; none for an older release."""
    if version != CURRENT_RELEASE:
        return []
    return [line for line in _CONSTRAINTS.read_text().splitlines() if not line.startswith("#")]


def _is_complete(folder: Path, requirements: list[str], constraints: list[str]) -> bool:
    return _installed(folder) == [*requirements, *constraints] and (folder / "bin" / "python").exists()


def _installed(folder: Path) -> list[str]:
    """Return what was installed there completely; an empty list if the installation is incomplete."""
    try:
        return (folder / _DONE_MARKER).read_text().splitlines()
    except (OSError, ValueError):
        return []


@contextmanager
def _process_lock(lock_path: Path) -> Iterator[None]:
    """Hold an advisory lock, which the system releases even if its holder is killed."""
    lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, mode=0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _prepare_folder(folder: Path) -> None:
    """Make an empty folder with our marker, removing an incomplete environment first.

    Raises ScalerUnavailable for a folder that was not created here, and OSError.
    """
    requirement = f"opengris-scaler=={folder.name.rpartition('-')[2]}"
    if not folder.is_symlink() and _installed(folder)[:1] == [requirement]:
        with contextlib.suppress(FileExistsError):
            mark(folder)  # created by a version without markers
    remove_marked_folder(folder)
    try:
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
    except OSError as error:
        raise ScalerUnavailable(
            f"{folder} was not made here, and is in the way: move it, or name a Python that has "
            "opengris-scaler with --scaler-python PATH"
        ) from error
    folder.mkdir()
    mark(folder)


def _install(
    folder: Path, requirements: list[str], constraints: list[str], progress: Callable[[str], None]
) -> None:
    progress(f"making an environment for {requirements[0]} in {folder} (once)")
    own = own_interpreter()
    _run_step(own.run_module("venv", str(folder)), f"cannot make {folder}")
    progress(f"installing {' '.join(requirements)}")
    made = Interpreter(str(folder / "bin" / "python"), own.version)
    quietly = ("--disable-pip-version-check", "--no-input", "install", "--quiet")
    _run_step(
        made.run_module("pip", *quietly, *requirements, *(("-c", str(_CONSTRAINTS)) if constraints else ())),
        f"cannot install {requirements[0]}",
        "check the network or pip's index, or name a Python that has it with --scaler-python PATH",
    )
    (folder / _DONE_MARKER).write_text("\n".join([*requirements, *constraints]) + "\n")


def _run_step(command: list[str], failure: str, advice: str = "") -> None:
    finished = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=WORKING_FOLDER,
        env=environment_for_python(),
    )
    if finished.returncode == 0:
        return
    lines = [line.strip() for line in (finished.stderr + finished.stdout).splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")] or lines
    reason = errors[-1] if errors else f"exit code {finished.returncode}"
    raise ScalerUnavailable("; ".join(part for part in (f"{failure}: {reason}", advice) if part))
