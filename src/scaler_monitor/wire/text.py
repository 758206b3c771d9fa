"""Makes text from the cluster safe to print; called once, when frames are decoded into events."""

from __future__ import annotations

import random
from collections.abc import Callable
from hashlib import blake2s
from sys import getsizeof

from scaler_monitor.wire.frame_limits import (
    LONG_NAMES_MEMORY,
    MAX_NAME_BYTES,
    SHORT_NAME_MEMORY,
    SHORT_NAMES_MEMORY,
    WORD_BYTES,
)
from scaler_monitor.wire.refcount_cache import RefcountCache
from scaler_monitor.wire.text_memory import text_memory

Clean = Callable[["bytes | str"], str]
"""The function `clean`, or the method that also caches."""

_UNSAFE = (
    *(range(0x20), range(0x7F, 0xA0), (0x061C, 0x200E, 0x200F)),
    *(range(0x2028, 0x202F), range(0x2066, 0x206A)),
)
_ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" for codes in _UNSAFE for code in codes
}
_SLOT_MEMORY = 80
"""Bytes of a name's slots in a dict and in a list."""
_CUT_KEPT_BYTES = 4 * SHORT_NAME_MEMORY
"""Bytes of the longest name on the wire whose truncated form is cached."""
_LEFT_OF_LONGEST = 256


def clean(raw: bytes | str) -> str:
    r"""Return `raw` with all terminal control characters escaped; different inputs give different results.

    C0 controls, delete and invalid UTF-8 become `\xNN`; C1 and bidi controls and the line and paragraph
    separators become `\uNNNN`; a backslash is doubled. A lone surrogate in a `str` is shown as its bytes. A
    name over MAX_NAME_BYTES is truncated and ends with a digest.
    """
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_NAME_BYTES:
        return f"{clean(raw[:_LEFT_OF_LONGEST])}{_digest(raw)}"
    if b"\\" in raw:
        raw = raw.replace(b"\\", b"\\\\")
    text = raw.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return text.translate(_ESCAPES)


def is_clean(text: str) -> bool:
    """Tell whether a text holds nothing that `clean` would have made visible."""
    return text.isprintable() or text.translate(_ESCAPES) == text


def _digest(raw: bytes) -> str:
    return f"...{blake2s(raw, digest_size=8).hexdigest()}"


def _shortened(text: str, raw: bytes) -> str:
    """Return the beginning of a clean text and a digest of its bytes, within SHORT_NAME_MEMORY."""
    digest, letters = _digest(raw), SHORT_NAME_MEMORY
    while text_memory(short := text[:letters] + digest) > SHORT_NAME_MEMORY:
        letters = letters * 3 // 4
    return short


def _memory_of(raw: bytes, text: str) -> int:
    return getsizeof(raw) + text_memory(text)


class CleanNames(dict[bytes, str]):
    """A bounded cache from raw bytes to clean text, filled on first use.

    Equal names are one object, because the model stores a name in many places. A short name that does not fit
    evicts others at random: with eviction of the oldest, names that repeat in order would never hit a cache
    that is too small by one. A long name, measured by its clean text, stays cached while anything references
    it; one that does not fit is truncated and ends with a digest, because the model would keep every one with
    its task.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cut = 0
        """Number of truncated names created so far; cache hits are not counted again."""
        self.created_bytes = 0
        """Total memory, in bytes, of all names created so far."""
        self._short: list[bytes] = []
        self._short_memory = 0
        self._long: RefcountCache[bytes, str] = RefcountCache(LONG_NAMES_MEMORY, _memory_of)
        self._random = random.Random(0).random  # noqa: S311 - no secret

    def clean(self, raw: bytes | str) -> str:
        """As `wire.text.clean`, but cached, and long names that do not fit into the cache are truncated."""
        return self[raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")]

    def word(self, raw: bytes | str) -> str:
        """As `clean`, for a text with few possible values: over WORD_BYTES it is cut and ends in `...`."""
        if isinstance(raw, str):
            raw = raw.encode("utf-8", "surrogatepass")
        if len(raw) > WORD_BYTES:
            raw = raw[: WORD_BYTES - 3] + b"..."
            self.cut += raw not in self
        return self[raw]

    def __missing__(self, raw: bytes) -> str:
        if len(raw) > SHORT_NAME_MEMORY and not self._long.has_room(2 * len(raw), self):
            return self._cut(clean(raw[:SHORT_NAME_MEMORY]), raw)
        text = clean(raw)
        size = text_memory(text)
        if size <= SHORT_NAME_MEMORY:
            self._keep_short(raw, text)
        elif len(raw) <= MAX_NAME_BYTES and self._long.has_room(memory := size + getsizeof(raw), self):
            self._long.keep(raw, text, memory)
            self[raw] = text
        else:
            return self._cut(text, raw)
        self.created_bytes += size
        return text

    def _cut(self, text: str, raw: bytes) -> str:
        short = _shortened(text, raw)
        self.created_bytes += text_memory(short)
        self.cut += 1
        if len(raw) <= _CUT_KEPT_BYTES:
            self._keep_short(raw, short)
        return short

    def _keep_short(self, raw: bytes, text: str) -> None:
        shorts = self._short
        shorts.append(raw)
        self[raw] = text
        self._short_memory += _memory_of(raw, text) + _SLOT_MEMORY
        while self._short_memory > SHORT_NAMES_MEMORY:
            place = int(self._random() * len(shorts))
            gone, shorts[place] = shorts[place], shorts[-1]
            shorts.pop()
            self._short_memory -= _memory_of(gone, self.pop(gone)) + _SLOT_MEMORY
