"""Text of any origin as characters that a terminal, a log or a report can be given."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return `text` with each character that cannot be printed escaped as Python writes it, `\n` say."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
