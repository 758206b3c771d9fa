"""What was copied, as a file as well: not every terminal passes OSC 52 on."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from scaler_monitor.ui.places import written

MAX_BYTES = 1024 * 1024


def copies_path() -> Path:
    """The file of what was copied, newest last."""
    return platformdirs.user_state_path("scaler-monitor") / "copied.txt"


def keep_copy(text: str, path: Path | None = None) -> str:
    """Add `text` to the file, which starts anew at `MAX_BYTES`; returns "" or why it cannot."""
    path = copies_path() if path is None else path
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        full = path.exists() and path.stat().st_size + len(text.encode()) > MAX_BYTES
        with path.open("w" if full else "a", encoding="utf-8") as file:
            file.write(text[:MAX_BYTES] + "\n")
    except OSError as problem:
        return f"{problem.strerror or problem} ({written(path)})"
    return ""
