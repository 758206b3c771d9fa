"""Files, folders and settings of this program."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scaler_monitor.cli.doctor.fact_report import Fact
from scaler_monitor.cli.log_start import collector_log_path, log_path
from scaler_monitor.system.crash_file import crashes_folder
from scaler_monitor.system.logs import ENVIRONMENT as LOG_VARIABLE
from scaler_monitor.system.runtime_folder import make_runtime_folder, remove_runtime_folder
from scaler_monitor.system.user_folders import cache_folder, state_folder

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


def user() -> Iterator[Fact]:
    """Yield the user, the umask and the home folder."""
    yield Fact("user", f"{_user_name(os.geteuid())}, umask {_umask():04o}")
    home = os.environ.get("HOME")
    yield Fact("HOME", "not set" if home is None else _describe_path(Path(home)))


def settings() -> Iterator[Fact]:
    """Yield the settings file, problems in it, and the environment variables that change settings."""
    from scaler_monitor.ui.settings import SettingsStore, settings_path

    yield Fact("settings", _describe_path(settings_path()))
    for problem in SettingsStore().problems:
        yield Fact("settings", problem, wrong=True)
    for name in sorted(os.environ):
        if name.startswith("SCALER_MONITOR_") or name == "ESCDELAY":
            yield Fact("variable", f"{name}={os.environ[name]}")


def folders() -> Iterator[Fact]:
    """Yield the folders of copies, crash files, caches and temporary files."""
    state = state_folder()
    yield Fact("state", _describe_path(state), wrong=not _is_writable(state))
    folder = crashes_folder()
    yield Fact("crashes", _describe_path(folder))
    if folder.is_dir():
        names = sorted(path.name for path in folder.iterdir())
        yield Fact("crash files", f"{len(names)}" + (f", the newest {names[-1]}" if names else ""))
    yield Fact("cache", _describe_path(cache_folder()))
    yield Fact("temporary", _describe_path(Path(tempfile.gettempdir())))


def sockets() -> Iterator[Fact]:
    """Yield the parent folder of the collectors' sockets; a test folder is made there and removed."""
    yield Fact("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR", "not set"))
    try:
        folder = make_runtime_folder()
    except OSError as error:
        yield Fact("runtime", f"none can be made: {error}", wrong=True)
        return
    try:
        yield Fact("runtime", _describe_path(folder.parent))
    finally:
        remove_runtime_folder(folder)


def log() -> Iterator[Fact]:
    """Yield the paths of the logs, and whether they can be written."""
    path = log_path(None)
    if path is None:
        yield Fact("log", f"off; --log-file FILE or {LOG_VARIABLE} turns it on")
        return
    from scaler_monitor.system.log_file import ensure_log_file

    for place in (path.absolute(), collector_log_path(path.absolute())):
        seen = _describe_path(place)
        if os.path.lexists(place):
            try:
                ensure_log_file(place)
            except OSError as error:
                yield Fact("log", f"{seen}: cannot be written: {error.strerror}", wrong=True)
                continue
        yield Fact("log", seen, wrong=not _is_writable(place.parent))


def _describe_path(path: Path) -> str:
    """Return a path with the type, owner and mode of the file there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return f"{path}: not there"
    except OSError as error:
        return f"{path}: {error.strerror}"
    kind = KINDS.get(stat.S_IFMT(found.st_mode), "something else")
    seen = f"{path}: {kind}, of {_user_name(found.st_uid)}, mode {stat.S_IMODE(found.st_mode):04o}"
    if kind == "file":
        seen += f", {found.st_size:,} bytes"
    return seen + (f", to {os.path.realpath(path)}" if kind == "link" else "")


def _is_writable(folder: Path) -> bool:
    """Return whether files can be created in the folder, or in its first existing parent."""
    place = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), folder)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
