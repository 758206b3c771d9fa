"""Commands that start a Python which looks for modules in no current folder.

From Python 3.11 on that is the option `-P`. Python 3.10 has none: there it is isolated mode, with the folders
that are searched named to it.
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
"""Of every process that is started: it exists for as long as the process, and nobody else writes there."""

SAFE_PATH_SINCE = (3, 11)
ANSWER_SECONDS = 60.0
_ABOUT = "import sys; print([list(sys.version_info[:2]), [folder for folder in sys.path if folder]])"


class Interpreter(NamedTuple):
    """A Python at an absolute path, its version, and the folders where its modules lie.

    `folders` matter only to versions without `-P`, and where `isolated` is asked for: then neither the
    variables of the environment nor the user's own packages count, but for what the folders hold.
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
        """Return the command of `python SCRIPT ARGUMENTS`, which searches the script's folder neither."""
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
    """Return the Python that this process runs in, with what it finds itself but for the current folder."""
    return Interpreter(
        sys.executable,
        tuple(sys.version_info[:2]),
        safe_folders(sys.path, current_folder(), os.environ.get("PYTHONPATH", "")),
    )


def ask_interpreter(path: str, environment: Mapping[str, str]) -> Interpreter:
    """Ask the Python at an absolute path for its version and folders; raises OSError when it tells none."""
    try:
        told = subprocess.run(
            [path, "-c", _ABOUT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            cwd=WORKING_FOLDER,
            env=environment,
        )
        version, folders = ast.literal_eval(told.stdout)
        return Interpreter(path, tuple(version), tuple(each for each in folders if Path(each).is_absolute()))
    except (subprocess.SubprocessError, ValueError, TypeError, SyntaxError) as error:
        raise OSError(f"it does not tell its version ({type(error).__name__})") from error


def safe_folders(search: Sequence[str], current: str, python_path: str) -> tuple[str, ...]:
    """Return what of a `sys.path` may be searched from anywhere.

    Neither relative entries nor the `current` folder may, nor what only a relative entry of `python_path`,
    the variable PYTHONPATH, brought in: all of them would be others elsewhere.
    """
    named = {Path(entry) for entry in python_path.split(os.pathsep)} if python_path else set()
    relative = {Path(current, entry) for entry in named if not entry.is_absolute()}
    unsafe = ({Path(current)} | relative) - named if current else set()
    return tuple(each for each in search if Path(each).is_absolute() and Path(each) not in unsafe)


def environment_for_python(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a copy of the environment, by default this process's, for a Python in the WORKING_FOLDER.

    Its PYTHONPATH has whole paths only.
    """
    copied = dict(os.environ if environment is None else environment)
    named = copied.pop("PYTHONPATH", "").split(os.pathsep)
    if whole := [entry for entry in named if Path(entry).is_absolute()]:
        copied["PYTHONPATH"] = os.pathsep.join(whole)
    return {**copied, "PWD": WORKING_FOLDER}


def stand_in_working_folder() -> None:
    """Let this process leave its current folder for the WORKING_FOLDER."""
    os.chdir(WORKING_FOLDER)
    os.environ["PWD"] = WORKING_FOLDER  # Cap'n Proto complains about one that does not exist


def current_folder() -> str:
    """Return the current folder; "" when it does not exist any more."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""
