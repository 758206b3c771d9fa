"""Copies to the terminal's clipboard (OSC 52) and to a file, because not every terminal supports OSC 52."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scaler_monitor.link.daemon_thread import run_in_daemon_thread
from scaler_monitor.system.user_file import open_own_file
from scaler_monitor.system.user_folders import state_folder
from scaler_monitor.ui.shown_path import shown_path

OSC_52_BYTES = 74_994
"""Fits into the 100,000 characters of base64 that xterm and hterm accept; they ignore longer ones."""
MAX_BYTES = 1024 * 1024
"""Most bytes in the file."""


async def copy_text(what: str, text: str, put: Callable[[str], None]) -> str:
    """Give `text` to `put`, the clipboard, and append it to the file; returns a message about `what`."""
    size = len(text.encode())
    too_long = ""
    if size <= OSC_52_BYTES:
        put(text)
    else:
        too_long = f"too long for the clipboard ({size:,} bytes; a terminal takes {OSC_52_BYTES:,})"
    path = copies_path()
    problem = await run_in_daemon_thread(partial(keep_copy, text, path))
    if too_long and problem:
        return f"not copied: {too_long}; no file: {problem}"
    if too_long:
        return f"{shown_path(path)} has {what}: {too_long}"
    if problem:
        return f"copied {what} to the clipboard (OSC 52), to no file: {problem}"
    return f"{shown_path(path)} and clipboard (OSC 52): {what}"


def copies_path() -> Path:
    """The path of the file of copies, newest last."""
    return state_folder() / "copied.txt"


def keep_copy(text: str, path: Path | None = None) -> str:
    """Append `text` to the file, which is emptied before it exceeds `MAX_BYTES`; returns "" or the error."""
    path = copies_path() if path is None else path
    fitting = text.encode()[: MAX_BYTES - 1].decode(errors="ignore")  # whole characters only
    line = f"{fitting}\n".encode()
    try:
        with os.fdopen(open_own_file(path), "ab") as file:
            if os.fstat(file.fileno()).st_size + len(line) > MAX_BYTES:
                file.truncate(0)
            file.write(line)
    except OSError as problem:
        return f"{problem.strerror or problem} ({shown_path(path)})"
    return ""
