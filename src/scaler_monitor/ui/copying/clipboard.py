"""The terminal's clipboard, by OSC 52, and the file beside it: not every terminal passes OSC 52 on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from scaler_monitor.ui.beside import beside_screen
from scaler_monitor.ui.places import written
from scaler_monitor.ui.settings import copies

OSC_52_BYTES = 74_994
"""What fits into the 100,000 characters of base64 that xterm and hterm take; more is dropped whole."""


async def copy_text(what: str, text: str, put: Callable[[str], None]) -> str:
    """Hand `text` to `put`, the clipboard, and keep it in the file; returns what to say of `what`."""
    size = len(text.encode())
    too_long = ""
    if size <= OSC_52_BYTES:
        put(text)
    else:
        too_long = f"too long for the clipboard ({size:,} bytes; a terminal takes {OSC_52_BYTES:,})"
    path = copies.copies_path()
    problem = await beside_screen(partial(copies.keep_copy, text, path))
    if too_long and problem:
        return f"not copied: {too_long}; no file: {problem}"
    if too_long:
        return f"{written(path)} has {what}: {too_long}"
    if problem:
        return f"copied {what} to the clipboard (OSC 52), to no file: {problem}"
    return f"{written(path)} and clipboard (OSC 52): {what}"
