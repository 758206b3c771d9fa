"""Converts terminal input into messages of Textual: keys, mouse, pastes, resizes, and replies to queries.

Textual's parser knows the sequences and their names. It gets one complete sequence at a time, and none with
numbers that it does not expect; one that it does not know is dropped, and never becomes typed text.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from scaler_monitor.ui.keyboard.input_splitter import InputSplitter, Piece

MOST_CELLS = 2000
"""Most columns or lines in a resize report; a larger number is an error."""

_MOUSE = re.compile(r"\x1b\[<\d{1,4};-?\d{1,5};-?\d{1,5}[Mm]")
_RESIZE = re.compile(r"\x1b\[48((?:;\d{1,5}){4})t")
_MODE = re.compile(r"\x1b\[\?\d{1,5};\d\$y")
_KEY = re.compile(
    r"\x1b\[(?P<code>\d{0,7})(?::[\d:]*)?(?:;(?P<modifiers>\d{0,4})(?::(?P<event>\d))?)?"
    r"(?:;(?P<text>\d{1,7}(?::\d{1,7})*)?)?(?P<final>[u~ABCDEFHPQRS])"
)
"""A key of the kitty keyboard protocol, or of xterm's with modifiers."""
_KEYBOARD_FLAGS = re.compile(r"\x1b\[\?(\d{1,4})u")
_ATTRIBUTES = re.compile(r"\x1b\[\?[\d;]*c")

LONGEST_KNOWN = 32
"""Characters of the longest sequence that Textual's parser accepts; it takes a longer one for typed text."""

RELEASE = "3"
NO_CHARACTERS = range(0xE000, 0xF900)
"""Private use code points: kitty's protocol uses them for keys without a character."""
KEYPAD = range(57399, 57428)
"""Those of them that stand for another key."""


class Reader:
    """Turns input into messages. `delay` is how many seconds the rest of a sequence may follow its ESC."""

    def __init__(self, delay: float) -> None:
        self.splitter = InputSplitter(delay)
        self.answers = 0
        """Number of replies to the request of terminal attributes (DA1)."""
        self._parser = XTermParser()
        self._decoder = getincrementaldecoder("utf-8")("ignore")

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """Yield the messages that `data` completes; `now` is in monotonic seconds."""
        for piece in self.splitter.feed(data, now):
            yield from self._messages(piece)

    def tick(self, now: float) -> Iterator[Message]:
        """Yield keys that were held because more bytes could have followed."""
        for piece in self.splitter.tick(now):
            yield from self._messages(piece)

    def _messages(self, piece: Piece) -> Iterator[Message]:
        if piece.kind == "text":
            for character in self._decoder.decode(piece.data):
                yield from self._parsed(character)
            return
        self._decoder.reset()
        if piece.kind == "escape":
            yield events.Key("escape", "\x1b")
        elif piece.kind == "paste":
            text = piece.data.decode("utf-8", "ignore").replace("\t", " ")
            yield events.Paste("".join(c for c in text if c.isprintable() or c in "\r\n"))
        else:
            yield from self._sequence(piece.data.decode("latin-1"))

    def _sequence(self, sequence: str) -> Iterator[Message]:
        if flags := _KEYBOARD_FLAGS.fullmatch(sequence):
            self.splitter.escape_is_encoded = bool(int(flags[1]) & 1)
        elif _ATTRIBUTES.fullmatch(sequence):
            self.answers += 1
        elif sequence.startswith("\x1b[<"):
            if _MOUSE.fullmatch(sequence):
                yield from self._parsed(sequence)
        elif resize := _RESIZE.fullmatch(sequence):
            if all(0 < int(cells) <= MOST_CELLS for cells in resize[1].split(";")[1:3]):
                yield from self._parsed(sequence)
        elif key := _KEY.fullmatch(sequence):
            for written in _understood(key):
                yield from self._parsed(written)
        elif len(sequence) > LONGEST_KNOWN:
            return
        elif not re.search(r"\d{6}", sequence) and (sequence[:3] != "\x1b[?" or _MODE.fullmatch(sequence)):
            yield from self._parsed(sequence)

    def _parsed(self, sequence: str) -> Iterator[Message]:
        """Yield the messages of Textual's parser for one character or sequence."""
        told = list(self._parser.feed(sequence))
        if not told and sequence.startswith("\x1b"):
            self._forget()
        yield from told

    def _forget(self) -> None:
        """Replace the parser, which waits for more input; keep its terminal state."""
        before, self._parser = self._parser, XTermParser()
        self._parser.last_x, self._parser.last_y = before.last_x, before.last_y
        self._parser.mouse_pixels = before.mouse_pixels
        self._parser.terminal_size = before.terminal_size
        self._parser.terminal_pixel_size = before.terminal_pixel_size


def _understood(key: re.Match[str]) -> list[str]:
    """What Textual's parser gets: a sequence, or single characters; nothing for a key without meaning."""
    code, text, final = key["code"] or "1", key["text"], key["final"]
    codes = [int(number) for number in (code, *(text.split(":") if text else ()))]
    if key["event"] == RELEASE or not all(_is_character(number) for number in codes):
        return []
    if final == "u" and codes[0] in NO_CHARACTERS and codes[0] not in KEYPAD:
        return []
    if len(codes) > 2:
        return [character for character in map(chr, codes[1:]) if character.isprintable()]
    if key["modifiers"] is None and not text:
        return [f"\x1b[{key['code']}{final}"]
    return [f"\x1b[{code};{key['modifiers'] or ''}" + (f";{text}" if text else "") + final]


def _is_character(number: int) -> bool:
    return number <= 0x10FFFF and not 0xD800 <= number < 0xE000
