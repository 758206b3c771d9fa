"""Commands that start a Python interpreter which never imports modules from the current folder.

From Python 3.11 on this is the option `-P`. Python 3.10 does not have it: there isolated mode (`-I`) is used,
and `sys.path` is set explicitly.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

WORKING_FOLDER = "/"
"""The current folder of every process that is started: it always exists, and other users cannot write
there."""

SAFE_PATH_SINCE = (3, 11)
ANSWER_SECONDS = 60.0
_ABOUT = "import sys; print([list(sys.version_info[:2]), [folder for folder in sys.path if folder]])"


class Interpreter(NamedTuple):
    """A Python interpreter: its absolute path, its version, and its `sys.path` folders.

    `folders` is used only for versions without `-P`, and with `isolated`: then environment variables and the
    user's site-packages are ignored unless they are in `folders`.
    """

    path: str
    version: tuple[int, ...]
    folders: tuple[str, ...] = ()

    def run_module(self, module: str, *arguments: str, isolated: bool = False) -> list[str]:
        """Return the command of `python -m MODULE ARGUMENTS`."""
        if self._has_safe_path and not isolated:
            return [self.path, "-P", "-m", module, *arguments]
        run = f"import runpy; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
        return self._in_isolation(run, arguments)

    def run_script(self, script: str, *arguments: str) -> list[str]:
        """Return the command of `python SCRIPT ARGUMENTS`, without the script's folder in `sys.path`."""
        if self._has_safe_path:
            return [self.path, "-P", script, *arguments]
        return self._in_isolation(f"import runpy; runpy.run_path({script!a}, run_name='__main__')", arguments)

    def run_code(self, code: str, *arguments: str) -> list[str]:
        """Return the command of `python -c CODE ARGUMENTS`."""
        if self._has_safe_path:
            return [self.path, "-P", "-c", code, *arguments]
        return self._in_isolation(code, arguments)

    @property
    def _has_safe_path(self) -> bool:
        return self.version >= SAFE_PATH_SINCE

    def _in_isolation(self, code: str, arguments: Sequence[str]) -> list[str]:
        found = ascii(list(self.folders))
        search = f"import sys; sys.path[:] = {found} + [each for each in sys.path if each not in {found}]"
        return [self.path, "-I", "-c", f"{search}\n{code}", *arguments]


def own_interpreter() -> Interpreter:
    """Return the interpreter of this process, with its `sys.path` without the current folder."""
    return Interpreter(
        sys.executable,
        tuple(sys.version_info[:2]),
        safe_folders(sys.path, current_folder(), os.environ.get("PYTHONPATH", "")),
    )


def ask_interpreter(path: str, environment: Mapping[str, str]) -> Interpreter:
    """Run the Python at an absolute path to get its version and folders. Raises OSError if that fails."""
    try:
        finished = subprocess.run(
            [path, "-c", _ABOUT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            cwd=WORKING_FOLDER,
            env=environment,
        )
        version, folders = ast.literal_eval(finished.stdout)
        return Interpreter(path, tuple(version), tuple(each for each in folders if Path(each).is_absolute()))
    except (subprocess.SubprocessError, ValueError, TypeError, SyntaxError) as error:
        raise OSError(f"it does not tell its version ({type(error).__name__})") from error


def safe_folders(search: Sequence[str], current: str, python_path: str) -> tuple[str, ...]:
    """Return the entries of a `sys.path` that do not depend on the current folder.

    Removed are relative entries, the `current` folder, and folders that only a relative entry of
    `python_path` (the variable PYTHONPATH) added.
    """
    named = {Path(entry) for entry in python_path.split(os.pathsep)} if python_path else set()
    relative = {Path(current, entry) for entry in named if not entry.is_absolute()}
    unsafe = ({Path(current)} | relative) - named if current else set()
    return tuple(each for each in search if Path(each).is_absolute() and Path(each) not in unsafe)


def environment_for_python(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a copy of the environment, by default of this process, for a Python started in WORKING_FOLDER.

    Its PYTHONPATH has absolute paths only.
    """
    copied = dict(os.environ if environment is None else environment)
    named = copied.pop("PYTHONPATH", "").split(os.pathsep)
    if whole := [entry for entry in named if Path(entry).is_absolute()]:
        copied["PYTHONPATH"] = os.pathsep.join(whole)
    return {**copied, "PWD": WORKING_FOLDER}


def enter_working_folder() -> None:
    """Change the current folder of this process to WORKING_FOLDER."""
    os.chdir(WORKING_FOLDER)
    os.environ["PWD"] = WORKING_FOLDER  # Cap'n Proto fails if PWD does not exist


def current_folder() -> str:
    """Return the current folder; "" if it was deleted."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""
