"""What texts take in memory, the same at any time: what is added for one is taken off for it later."""

from __future__ import annotations

from sys import getsizeof

_HEADER = getsizeof(chr(0x1F600)) - 2 * 4
"""Of a text with other letters than ASCII's: that of one such letter, without it and the closing zero."""


def text_memory(text: str) -> int:
    """Return how many bytes a text takes at most.

    `sys.getsizeof` says more of a text that is not ASCII once anything has asked for its UTF-8 form, which
    Python then keeps beside it; here it is always counted in.
    """
    if text.isascii():
        return getsizeof(text)
    largest = max(text)
    width = 1 if largest <= "\xff" else 2 if largest <= "\uffff" else 4
    return _HEADER + width * (len(text) + 1) + len(text.encode("utf-8", "surrogatepass")) + 1
