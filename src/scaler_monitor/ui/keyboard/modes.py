"""The modes of a terminal that a screen sets, in one list, and what ends them. Imports nothing of Textual."""

from __future__ import annotations

REPORTING = {
    1000: "clicks",
    1003: "every movement of the mouse",
    1015: "mouse reports as rxvt writes them",
    1016: "mouse reports in pixels",
    1006: "mouse reports of any width",
    1004: "focus",
    2048: "size",
    2004: "marks around a paste",
}
"""Modes in which a terminal sends more than typed keys."""

_NO_REPORTS = "".join(f"\x1b[?{mode}l" for mode in REPORTING)
_PLAIN_KEYS, _KEYS_AS_BEFORE = "\x1b[=0u", "\x1b[<u"
_WRAPPED_LINES, _MAIN_SCREEN, _SHOWN_CURSOR = "\x1b[?7h", "\x1b[?1049l", "\x1b[?25h"

REPORT_NOTHING = _NO_REPORTS + _PLAIN_KEYS
"""Disables all of these: the terminal then sends only keys, in their legacy form."""
RESTORE = _NO_REPORTS + _WRAPPED_LINES + _KEYS_AS_BEFORE + _MAIN_SCREEN + _SHOWN_CURSOR
"""Restores the terminal."""
