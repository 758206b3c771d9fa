"""Escapes text from any source, so that it is safe for a terminal, a log or a report."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return `text` with unprintable characters as Python escapes, such as `\n`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
