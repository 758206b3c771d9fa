"""The memory of texts, as a function of their content only, so that additions and subtractions always
match.
"""

from __future__ import annotations

from sys import getsizeof

_HEADER = getsizeof(chr(0x1F600)) - 2 * 4
"""Bytes of the object header of a non-ASCII text: the size of one such letter, without it and the
terminator."""


def text_memory(text: str) -> int:
    """Return the maximum memory of a text in bytes.

    For a non-ASCII text, `sys.getsizeof` grows once Python has cached its UTF-8 form; here that form is
    always included.
    """
    if text.isascii():
        return getsizeof(text)
    largest = max(text)
    width = 1 if largest <= "\xff" else 2 if largest <= "\uffff" else 4
    return _HEADER + width * (len(text) + 1) + len(text.encode("utf-8", "surrogatepass")) + 1
