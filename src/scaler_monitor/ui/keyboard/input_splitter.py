"""Splits the bytes from a terminal into text, Escape keys, complete escape sequences and pastes.

A sequence may come in parts; on a slow line there are pauses between them. The Escape key sends the byte
that every sequence starts with. So after a lone ESC, and after the few second bytes that are keys too, a
pause decides. After a longer start the rest is waited for, unless every byte came by itself, as typed keys
do: then a long pause decides. Memory is bounded: what is too long is read and discarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_SEQUENCE_BYTES = 4096
"""Large enough for text from an input method, which comes as one sequence."""
MAX_PASTE_BYTES = 65_536
"""The rest of a longer paste is dropped: pastes are only for the filter, which is far shorter."""

ESCAPE = b"\x1b"
PASTE_BEGIN, PASTE_END = b"\x1b[200~", b"\x1b[201~"
TYPED_SINGLY_DELAYS = 10
"""If the bytes came one by one, a pause of this many delays decides that they were typed."""
STRING_SECONDS = 3.0
"""A reply without an end is over after this time."""

_WHOLE = re.compile(
    rb"\x1b(?:"
    rb"\[\[[A-E]"  # function keys of the Linux console
    rb"|\[\d+\$"  # keys of rxvt
    rb"|\[M[\s\S]{3}"  # the oldest form of a mouse report
    rb"|\[<[-0-9;]*[A-Za-z]"  # a mouse report, perhaps from beyond an edge
    rb"|\[(?![M\[])[0-?]*[ -/]*[@-~]"
    rb"|O[0-9;]*[ @-~]"
    rb")"
)
_WITH_ALT = re.compile(rb"\x1b[\x7f\tbf]")
"""Alt or Option with a key: both bytes come together, otherwise they are two keys."""
_BEGUN = re.compile(rb"\x1b(?:\[(?:\[|<[-0-9;]*|M[\s\S]{0,2}|[0-?]*[ -/]*)|O[0-9;]*|[\]P_])?\Z")
_BROKEN_OFF = re.compile(rb"\x1b(?:\[<[-0-9;]*|\[[0-?]*[ -/]*|O[0-9;]*)")
_STRING = re.compile(rb"\x1b(?:\](?=[0-9lL])|P(?=[0-9>!$+|=?])|_(?=G))")
"""How terminals start a reply: OSC, DCS and APC."""
_PERHAPS_TYPED = re.compile(rb"\x1b(?:\[\[?|[O\]P_])?\Z")
"""The start of a sequence, or the Escape key and the keys typed after it."""
_PARAMETERS = re.compile(rb"[ -?]*")
_CONTROL = re.compile(rb"[\x00-\x1f]")
_CTRL_C = re.compile(rb"\x03|\x1b\[99(?::\d*)*;(\d{1,4})(?::1)?u")
_SHIFTS, _CTRL = 0b111111, 0b100
"""Bits of kitty's modifiers for keys that are held down; locks such as Caps Lock do not count."""


def has_ctrl_c(data: bytes, *, alone: bool = False) -> bool:
    """Whether `data` contains Ctrl+C; with `alone`, whether it is nothing else."""
    found = _CTRL_C.fullmatch(data) if alone else _CTRL_C.search(data)
    return found is not None and (found[1] is None or (int(found[1]) - 1) & _SHIFTS == _CTRL)


class Piece(NamedTuple):
    """One complete part of the input: `data` as it came; of a paste without its marks."""

    kind: Literal["text", "escape", "sequence", "paste"]
    data: bytes


class InputSplitter:
    """Splits input; `delay` and all times are in seconds, times by the monotonic clock."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.escape_is_encoded = False
        """Whether the Escape key is sent as a sequence, so that a lone ESC is always the start of one."""
        self._held = b""
        self._held_since = 0.0
        self._feeds = 0  # how many calls of `feed` the held bytes came with
        self._pasted: bytearray | None = None
        self._is_in_string = False
        self._is_in_overlong = False

    def seconds_left(self, now: float) -> float | None:
        """Seconds until `tick` takes the held bytes for keys; None if only more bytes can decide."""
        if self.escape_is_encoded or self._pasted is not None:
            return None
        if self._is_in_string:
            return max(self._held_since + max(STRING_SECONDS, self.delay) - now, 0.0)
        if not self._held:
            return None
        if _PERHAPS_TYPED.match(self._held):
            return max(self._held_since + self.delay - now, 0.0)
        if self._feeds == len(self._held):
            return max(self._held_since + TYPED_SINGLY_DELAYS * self.delay - now, 0.0)
        return None

    def tick(self, now: float) -> Iterator[Piece]:
        """Yield the held bytes as keys, if they can be keys and no more came in time."""
        if self.seconds_left(now) == 0.0:
            held, self._held = self._held, b""
            self._is_in_string = False
            if held:
                yield Piece("escape", ESCAPE)
            if held[1:]:
                yield Piece("text", held[1:])

    def forget(self) -> None:
        """Discard all held bytes."""
        self._held, self._pasted = b"", None
        self._is_in_string = self._is_in_overlong = False

    def feed(self, data: bytes, now: float) -> Iterator[Piece]:
        """Yield what `data` completes."""
        if self._pasted is not None and has_ctrl_c(data, alone=True):
            self._pasted = None  # the end of the paste was lost, and the user wants to quit
            self._held = b""
        self._feeds = self._feeds + 1 if self._held else 1
        self._held += data
        self._held_since = now
        while self._held and (step := self._next(self._held)) is not None:
            piece, used = step
            self._held = self._held[used:]
            if piece is not None:
                yield piece

    def _next(self, data: bytes) -> tuple[Piece | None, int] | None:
        """(piece or None if discarded, its length) at the start of `data`; None if more bytes are needed."""
        if self._pasted is not None:
            return self._next_of_paste(data, self._pasted)
        if self._is_in_string:
            return self._skip_string(data)
        if self._is_in_overlong:
            return None, self._skip_overlong(data)
        if data[:1] != ESCAPE:
            text = data.partition(ESCAPE)[0]
            return Piece("text", text), len(text)
        if whole := (_WHOLE.match(data) or (self._feeds == 1 and _WITH_ALT.match(data))):
            return self._sequence(whole[0]), whole.end()
        if _STRING.match(data):
            self._is_in_string = True
            return None, 2
        if _BEGUN.match(data):
            self._is_in_overlong = len(data) > MAX_SEQUENCE_BYTES
            return (None, len(data)) if self._is_in_overlong else None
        broken_off = _BROKEN_OFF.match(data)
        if broken_off is not None and broken_off.end() > 2:
            return None, broken_off.end()
        return Piece("escape", ESCAPE), 1

    def _sequence(self, data: bytes) -> Piece | None:
        if data == PASTE_BEGIN:
            self._pasted = bytearray()
        is_of_use = data not in (PASTE_BEGIN, PASTE_END) and len(data) <= MAX_SEQUENCE_BYTES
        return Piece("sequence", data) if is_of_use else None

    def _next_of_paste(self, data: bytes, pasted: bytearray) -> tuple[Piece | None, int] | None:
        end = data.find(PASTE_END)
        begun = next(n for n in range(len(PASTE_END) - 1, -1, -1) if data.endswith(PASTE_END[:n]))
        text = data[: end if end >= 0 else len(data) - begun]
        pasted += text[: MAX_PASTE_BYTES - len(pasted)]
        if end < 0:
            return (None, len(text)) if text else None
        self._pasted = None
        return Piece("paste", bytes(pasted)), end + len(PASTE_END)

    def _skip_string(self, data: bytes) -> tuple[None, int] | None:
        """Skip a reply up to its end (BEL, or ESC and backslash); another control character was typed."""
        found = _CONTROL.search(data)
        if found is None:
            return None, len(data)
        end = data[found.start() : found.start() + 2]
        if end == ESCAPE:
            return (None, found.start()) if found.start() else None
        self._is_in_string = False
        return None, found.start() + (2 if end == b"\x1b\\" else 1 if found[0] == b"\x07" else 0)

    def _skip_overlong(self, data: bytes) -> int:
        parameters = _PARAMETERS.match(data)
        end = parameters.end() if parameters is not None else 0
        if end < len(data):
            self._is_in_overlong = False
            end += 0x40 <= data[end] <= 0x7E
        return end
