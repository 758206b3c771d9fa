"""Text from the cluster made safe to print, once, where frames become events."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from hashlib import blake2s

Clean = Callable[["bytes | str"], str]
"""`clean`, or one that makes each name only once."""

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NAMES_KEPT = 32_768
_BYTES_KEPT = 16 << 20
_LONG_BYTES = 1000


def clean(raw: bytes | str) -> str:
    r"""Return `raw` with everything visible that could steer a terminal; two inputs never become one.

    C0 controls, delete and broken UTF-8 become `\xNN`; C1 and bidi controls and the line and paragraph
    separators `\uNNNN`; a backslash doubles. A lone surrogate in a `str` is shown as its bytes.
    """
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogatepass")
    if b"\\" in raw:
        raw = raw.replace(b"\\", b"\\\\")
    text = raw.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"


class CleanNames(dict[bytes, str]):
    """Raw bytes to clean text, made on first use. Equal names are one object, long ones above all, for the
    model keeps a name in many places. Their number and their bytes are bounded.

    One that does not fit takes the place of names picked at random: were it the oldest that go, then one name
    too many, all of them coming in turn, would make each of them anew every time. A long one that does not
    fit is cut, and told from others by a digest: each of a flood of them would be kept with its task.
    """

    def __init__(self) -> None:
        super().__init__()
        self._raws: list[bytes] = []
        self._bytes = 0
        self._dice = random.Random(0)  # noqa: S311 - no secret

    def clean(self, raw: bytes | str) -> str:
        """As `wire.text.clean`, and equal names are one object."""
        return self[raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")]

    def __missing__(self, raw: bytes) -> str:
        size = len(raw)
        if size > _LONG_BYTES and self._bytes + size > _BYTES_KEPT:
            return f"{clean(raw[:_LONG_BYTES])}...{blake2s(raw, digest_size=8).hexdigest()}"
        text = clean(raw)
        while len(self._raws) >= _NAMES_KEPT or self._bytes + size > _BYTES_KEPT:
            self._drop_one()
        self._bytes += size
        self._raws.append(raw)
        self[raw] = text
        return text

    def _drop_one(self) -> None:
        raws = self._raws
        place = self._dice.randrange(len(raws))
        raws[place], raws[-1] = raws[-1], raws[place]
        gone = raws.pop()
        self._bytes -= len(gone)
        del self[gone]
