"""A Python environment that holds opengris-scaler, kept apart from ours.

opengris-scaler installs commands of the same names as this package, so it never shares our environment.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

CURRENT_RELEASE = "2.9.0"

_CONSTRAINTS = Path(__file__).with_name("constraints.txt")  # of the current release
_BESIDE_SCALER = ("pyzmq==27.3.0",)  # opengris-scaler's ZMQ backend, an extra of it since 2.3
_BESIDE_RELEASE = {"1.15.0": ("configargparse==1.7.7",)}  # its parser class is refused by later ones
_DONE_MARKER = "installed.txt"


class ScalerUnavailable(Exception):
    """There is no Python with opengris-scaler, and none could be made; the message is one line."""


def environment_folder(version: str) -> Path:
    """Where the environment for opengris-scaler `version` lives, made or not."""
    return platformdirs.user_cache_path("scaler-monitor") / f"opengris-scaler-{version}"


def ensure_scaler_python(
    version: str = CURRENT_RELEASE, progress: Callable[[str], None] | None = None
) -> Path:
    """Return the Python of an environment that holds opengris-scaler `version`.

    The environment is made once, in the cache folder; what a killed run left half-made is made anew.
    Processes that ask at the same time wait for the one that makes it. `progress` gets one line for each
    step that takes long. Raises ScalerUnavailable.
    """
    folder = environment_folder(version)
    requirements = [f"opengris-scaler=={version}", *_BESIDE_SCALER, *_BESIDE_RELEASE.get(version, ())]
    constraints = _constraints(version)
    python = folder / "bin" / "python"
    if _is_complete(folder, requirements, constraints):
        return python
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _only_one_process(folder.with_name(folder.name + ".lock")):
            if not _is_complete(folder, requirements, constraints):
                shutil.rmtree(folder, ignore_errors=True)
                _install(folder, requirements, constraints, progress or _say_nothing)
    except OSError as error:
        raise ScalerUnavailable(
            f"cannot make an environment for opengris-scaler: {error}; set XDG_CACHE_HOME to a folder that "
            "can be written, or name a Python that has it with --scaler-python PATH"
        ) from error
    return python


def check_scaler_python(python: Path) -> Path:
    """Return `python` if opengris-scaler can be imported there; raises ScalerUnavailable."""
    try:
        probe = subprocess.run(
            [str(python), "-c", "import scaler.entry_points.scaler"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScalerUnavailable(f"{python} does not run as a Python: {error}") from error
    if probe.returncode:
        reason = (probe.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ScalerUnavailable(f"{python} has no usable opengris-scaler ({reason}); install it there")
    return python


def _say_nothing(_line: str) -> None:
    """The progress of one who does not want to hear of it."""


def _constraints(version: str) -> list[str]:
    """The versions of all that release `version` brings along, a line each; none for an older release."""
    if version != CURRENT_RELEASE:
        return []
    return [line for line in _CONSTRAINTS.read_text().splitlines() if not line.startswith("#")]


def _is_complete(folder: Path, requirements: list[str], constraints: list[str]) -> bool:
    try:
        installed = (folder / _DONE_MARKER).read_text().splitlines()
    except OSError:
        return False
    return installed == [*requirements, *constraints] and (folder / "bin" / "python").exists()


@contextmanager
def _only_one_process(lock_path: Path) -> Iterator[None]:
    """Hold an advisory lock, which the system frees even when its holder is killed."""
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(
    folder: Path, requirements: list[str], constraints: list[str], progress: Callable[[str], None]
) -> None:
    progress(f"making an environment for {requirements[0]} in {folder} (once)")
    _run_step([sys.executable, "-m", "venv", str(folder)], f"cannot make {folder}")
    progress(f"installing {' '.join(requirements)}")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run_step(
        [*pip, "install", "--quiet", *requirements, *(("-c", str(_CONSTRAINTS)) if constraints else ())],
        f"cannot install {requirements[0]}",
        "check the network or pip's index, or name a Python that has it with --scaler-python PATH",
    )
    (folder / _DONE_MARKER).write_text("\n".join([*requirements, *constraints]) + "\n")


def _run_step(command: list[str], failure: str, advice: str = "") -> None:
    finished = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if finished.returncode == 0:
        return
    lines = [line.strip() for line in (finished.stderr + finished.stdout).splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")] or lines
    reason = errors[-1] if errors else f"exit code {finished.returncode}"
    raise ScalerUnavailable("; ".join(part for part in (f"{failure}: {reason}", advice) if part))
