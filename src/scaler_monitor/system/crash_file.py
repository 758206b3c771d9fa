"""Crash files: complete tracebacks, in the user's state folder.

The newest ten are kept. A file is removed only if it is a regular file of this user, without another hard
link, and its name and its first line are those of a crash file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import re
import shlex
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from scaler_monitor import __version__
from scaler_monitor.system.own_file import INSPECT_FLAGS, begins_with, is_own_file
from scaler_monitor.system.user_folders import state_folder

MAX_CRASH_FILES = 10
MAX_TRACEBACK_CHARACTERS = 128 * 1024
"""Of a longer traceback, the beginning and the end are kept."""

FIRST_LINE = "# crash of scaler-monitor: it may be removed\n"
_FORM = re.compile(r"\d{8}-\d{6}-\d+-[0-9a-f]{8}\.txt")
_PASSWORD = re.compile(r"//[^/@\s]*@")


def crashes_folder() -> Path:
    """Return the folder of the crash files, which may not exist yet."""
    return state_folder().absolute() / "crashes"


def write_crash_file(error: BaseException, process: str) -> Path:
    """Write the traceback of the exception that terminated a process; return the path of the file.

    If a file for the same exception type and code location exists, its path is returned. Raises OSError, and
    anything that formatting the exception raises.
    """
    folder = crashes_folder()
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(held).st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it is another user's", str(folder))
        written = _write(held, error, process)
        others = sorted(name for name in _own_files(held) if name != written)
        for name in others[: -(MAX_CRASH_FILES - 1)]:
            os.unlink(name, dir_fd=held)
        return folder / written
    finally:
        os.close(held)


def _write(folder: int, error: BaseException, process: str) -> str:
    """Write a file into the folder unless this crash already has one; return its name."""
    frames = traceback.extract_tb(error.__traceback__)[-20:]
    place = repr((type(error).__name__, [(frame.filename, frame.lineno) for frame in frames]))
    digest = hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()[:8]
    for name in _own_files(folder):
        if name.endswith(f"-{digest}.txt"):
            return name
    name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}-{digest}.txt"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(name, flags, mode=0o600, dir_fd=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(_crash_text(error, process))
    return name


def _crash_text(error: BaseException, process: str) -> str:
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    if len(text) > MAX_TRACEBACK_CHARACTERS:
        half = MAX_TRACEBACK_CHARACTERS // 2
        text = f"{text[:half]}\n...\n{text[-half:]}"
    return (
        f"{FIRST_LINE}"
        f"time: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n"
        f"process: {process}\n"
        f"version: {__version__}\n"
        f"python: {platform.python_version()} ({sys.executable})\n"
        f"system: {platform.platform()}\n"
        f"command: {_PASSWORD.sub('//***@', shlex.join(sys.argv))}\n\n"
        f"{text}"
    )


def _own_files(folder: int) -> Iterator[str]:
    """Yield the names of files that are certainly crash files; sorted by name, the oldest are first."""
    for name in os.listdir(folder):
        if _FORM.fullmatch(name):
            with contextlib.suppress(OSError):
                if _is_ours(name, folder):
                    yield name


def _is_ours(name: str, folder: int) -> bool:
    descriptor = os.open(name, INSPECT_FLAGS, dir_fd=folder)
    try:
        return is_own_file(os.fstat(descriptor)) and begins_with(descriptor, FIRST_LINE)
    finally:
        os.close(descriptor)
