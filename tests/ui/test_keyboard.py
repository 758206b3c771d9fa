"""Input of the terminal: split, invalid, unknown or endless."""

from __future__ import annotations

import random
import tracemalloc

import pytest
from textual import events
from textual.message import Message

from scaler_monitor.ui.keyboard.input_splitter import MAX_PASTE_BYTES, MAX_SEQUENCE_BYTES, has_ctrl_c
from scaler_monitor.ui.keyboard.reading import Reader

DELAY = 0.3
LATER = 3600.0


def told(messages: list[Message]) -> list[object]:
    """Return events as text: names of keys, text of pastes, positions and sizes, kinds of others."""
    written: list[object] = []
    for message in messages:
        if isinstance(message, events.Key):
            written.append(message.key)
        elif isinstance(message, events.Paste):
            written.append(("paste", message.text))
        elif isinstance(message, events.MouseEvent):
            written.append((type(message).__name__, message.x, message.y))
        elif isinstance(message, events.Resize):
            written.append(("resize", *message.size))
        else:
            written.append(type(message).__name__)
    return written


def read(*parts: bytes, gap: float = 0.0, reader: Reader | None = None) -> list[object]:
    """Return the events of `parts`, sent `gap` seconds apart, with a long pause after the last."""
    reader = reader or Reader(DELAY)
    now, messages = 0.0, []
    for part in parts:
        messages += [*reader.tick(now), *reader.feed(part, now)]
        now += gap
    return told([*messages, *reader.tick(now + LATER)])


WHOLE: dict[bytes, list[object]] = {
    b"\x1b[B": ["down"],
    b"\x1bOB": ["down"],
    b"\x1b[1;5C": ["ctrl+right"],
    b"\x1b[5~": ["pageup"],
    b"\x1b[Z": ["shift+tab"],
    b"\x1b[[A": ["f1"],
    b"\x1b[3$": ["shift+delete"],
    b"\x1b[27u": ["escape"],
    b"\x1b[108;;108u": ["l"],
    b"\x1b[47;;47u": ["slash"],
    b"\x1b[108:76;2;76u": ["L"],
    b"\x1b[57400;;49u": ["1"],
    b"\x1b[<35;10;5M": [("MouseMove", 9, 4)],
    b"\x1b[<0;10;5M": [("MouseDown", 9, 4)],
    b"\x1b[<32;-3;5M": [],
    b"\x1b[<0;5;-1M": [],
    b"\x1b[0;;128104:8205:128105:8205:128103:8205:128102u": ["man", "woman", "girl", "boy"],
    b"\x1b[200~a\x1bb\x1b[201~": [("paste", "ab")],
    b"\x1b[48;40;120;800;1200t": [("resize", 120, 40)],
    b"\x1b[I": ["AppFocus"],
    b"\x1b[?2026;2$y": ["TerminalSupportsSynchronizedOutput"],
    b"\x1b[?62;22c": [],
    b"\x1b]11;rgb:0000/0000/0000\x1b\\": [],
    b"\x1bP>|term(1)\x1b\\": [],
    b"\x1b_Gi=1;OK\x1b\\": [],
    b"\x1b[M !!": [],
    b"\xc3\xa9": ["é"],
}


@pytest.mark.parametrize("sequence", WHOLE, ids=[repr(sequence) for sequence in WHOLE])
def test_a_sequence_means_the_same_however_it_is_split(sequence: bytes) -> None:
    assert read(b"l" + sequence + b"q") == ["l", *WHOLE[sequence], "q"]
    for at in range(1, len(sequence)):
        parts = sequence[:at], sequence[at:] + b"q"
        assert read(*parts, gap=DELAY - 0.01) == [*WHOLE[sequence], "q"], parts
        told_reader = Reader(DELAY)
        assert read(b"\x1b[?25u", *parts, gap=100.0, reader=told_reader) == [*WHOLE[sequence], "q"], parts
    singly = [bytes([byte]) for byte in sequence + b"q"]
    assert read(*singly, gap=DELAY - 0.01) == [*WHOLE[sequence], "q"]


@pytest.mark.parametrize("sequence", [b"\x1b[<35;10;5M", b"\x1b[200~ab\x1b[201~", b"\x1b[1;5C"])
def test_the_rest_of_a_longer_sequence_is_awaited(sequence: bytes) -> None:
    for at in range(3, len(sequence)):
        assert read(sequence[:at], sequence[at:] + b"q", gap=100.0) == [*WHOLE_OR_PASTE[sequence], "q"]


WHOLE_OR_PASTE: dict[bytes, list[object]] = {**WHOLE, b"\x1b[200~ab\x1b[201~": [("paste", "ab")]}


def test_the_escape_key_acts_after_its_delay() -> None:
    reader = Reader(DELAY)
    assert not list(reader.feed(b"\x1b", 10.0))
    assert reader.splitter.seconds_left(10.0) == pytest.approx(DELAY)
    assert not list(reader.tick(10.0 + DELAY - 0.01))
    assert told(list(reader.tick(10.0 + DELAY))) == ["escape"]
    assert reader.splitter.seconds_left(11.0) is None


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1bl", ["escape", "l"]),
        (b"\x1b2/", ["escape", "2", "slash"]),
        (b"\x1b\x1b[B", ["escape", "down"]),
        (b"\x1b[", ["escape", "left_square_bracket"]),
        (b"\x1b[\x03", ["escape", "left_square_bracket", "ctrl+c"]),
        (b"\x1bO", ["escape", "O"]),
        (b"\x1b]l", ["escape", "right_square_bracket", "l"]),
        (b"\x1b]x", ["escape", "right_square_bracket", "x"]),
        (b"\x1bf", ["ctrl+right"]),
        (b"\x1b\x7f", ["ctrl+w"]),
        (b"\x1b\t", ["shift+tab"]),
    ],
)
def test_keys_typed_after_escape_are_not_lost(typed: bytes, keys: list[str]) -> None:
    if typed == b"\x1b]l":  # begins a title report of old
        keys = []
    assert read(typed) == keys


@pytest.mark.parametrize(
    ("second", "key"), [(b"f", "f"), (b"b", "b"), (b"\t", "tab"), (b"\x7f", "backspace")]
)
def test_keys_typed_soon_after_escape_are_separate_keys(second: bytes, key: str) -> None:
    assert read(b"\x1b", second, gap=DELAY - 0.05) == ["escape", key]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (b"\x1b[1", ["escape", "left_square_bracket", "1"]),
        (b"\x1b[10", ["escape", "left_square_bracket", "1", "0"]),
        (b"\x1b]0", []),
    ],
)
def test_bytes_typed_one_by_one_delay_no_later_key(typed: bytes, keys: list[str]) -> None:
    reader = Reader(DELAY)
    assert read(*[bytes([byte]) for byte in typed], gap=DELAY / 2, reader=reader) == keys
    assert told([*reader.feed(b"q/", LATER * 2)]) == ["q", "slash"]


def test_text_of_an_input_method_is_typed_completely() -> None:
    text = "漢字" * 40
    sequence = f"\x1b[0;;{':'.join(str(ord(character)) for character in text)}u".encode()
    assert read(sequence + b"q") == [*text, "q"]
    assert read(sequence[:100], sequence[100:] + b"q", gap=1.0) == [*text, "q"]


def test_a_sequence_longer_than_any_key_types_nothing() -> None:
    assert read(b"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14m" + b"q") == ["q"]


@pytest.mark.parametrize("lock", [0, 64, 128, 192])
@pytest.mark.parametrize("form", ["\x1b[99;{}u", "\x1b[99;{}:1u"])
def test_ctrl_c_is_recognized_with_any_lock_key(lock: int, form: str) -> None:
    key = form.format(5 + lock).encode()
    assert has_ctrl_c(b"ab" + key)
    assert read(b"\x1b[200~abc", key, b"q", gap=1.0)[-1:] == ["q"]
    assert not has_ctrl_c(form.format(6 + lock).encode())


@pytest.mark.parametrize("key", [57358, 57359, 57360, 57361, 57362, 57363, 57376, 57428, 57440, 57441, 57454])
@pytest.mark.parametrize(
    "form", ["\x1b[{}u", "\x1b[{};65u", "\x1b[{};1;108u", "\x1b[{};1:3u", "\x1b[{};;108u"]
)
def test_a_key_that_only_locks_or_shifts_types_nothing(key: int, form: str) -> None:
    assert read(form.format(key).encode() + b"q") == ["q"]


@pytest.mark.parametrize(
    "broken", [b"\xe9", b"\xff\xfe", b"\xe9\xe9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5", b"\xf0\x9f"]
)
def test_invalid_utf8_is_dropped_and_the_next_key_works(broken: bytes) -> None:
    assert read(broken + b"?") == ["question_mark"]
    assert read(broken, b"?", gap=100.0) == ["question_mark"]
    assert read(broken, b"\x1b[B", gap=100.0) == ["down"]
    assert read(b"\x1b[" + broken + b"q")[-1] == "q"


@pytest.mark.parametrize(
    "foreign",
    [
        b"\x1b[1114112u",
        b"\x1b[99999999999u",
        b"\x1b[55296u",
        b"\x1b[97;;1114112u",
        b"\x1b[97;;55296u",
        b"\x1b[97;1:3u",
        b"\x1b[97;99999999u",
        b"\x1b[<" + b"9" * 200 + b";1;1M",
        b"\x1b[<0;" + b"9" * 200 + b";1M",
        b"\x1b[<35;1M",
        b"\x1b[" + b"9" * 200 + b";1R",
        b"\x1b[48;0;0;0;0t",
        b"\x1b[48;99999;99999;1;1t",
        b"\x1b[48;" + b"9" * 200 + b";1;1;1t",
        b"\x1b[?" + b"9" * 200 + b";1$y",
        b"\x1b[?2026;" + b"9" * 200 + b"$y",
        b"\x1b[>0;276;0c",
        b"\x1b[0n",
        b"\x1b[8;40;120t",
        b"\x1b[?997;1n",
        b"\x1b[201~",
        b"\x1b]52;c;" + b"A" * 100_000 + b"\x07",
        b"\x1b[" + b"1;" * 100_000 + b"m",
        b"\x1b[35;10;5M",
        b"\x1bO" + b"1" * 1000 + b"P",
    ],
    ids=lambda foreign: repr(foreign[:24]),
)
def test_unknown_sequences_are_dropped(foreign: bytes) -> None:
    keys = [key for key in read(foreign + b"q") if key != "CursorPosition"]
    assert keys == ["q"]
    pieces = [foreign[at : at + 7] for at in range(0, len(foreign), 7)]
    assert [key for key in read(*pieces, b"q", gap=1.0) if key != "CursorPosition"] == ["q"]


def test_nul_and_controls_do_not_stop_the_next_key() -> None:
    assert read(b"\x00\x1c\x1d\x1e\x1f\x7fq")[-1] == "q"


def test_a_huge_paste_and_endless_sequences_take_no_memory() -> None:
    reader = Reader(DELAY)
    block = b"x" * 4096
    list(reader.feed(b"\x1b[200~", 0.0))
    tracemalloc.start()
    try:
        for _ in range(50_000_000 // len(block)):
            assert not list(reader.feed(block, 0.0))
        (paste,) = reader.feed(b"\x1b[201~", 0.0)
        for begin, more in ((b"\x1b[", b"1;" * 2048), (b"\x1b]0", block), (b"\x1bO", b"1" * 4096)):
            list(reader.feed(begin, 0.0))
            for _ in range(2000):
                assert not list(reader.feed(more, 0.0))
            list(reader.feed(b"\x07P", 0.0))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(paste, events.Paste)
    assert len(paste.text) == MAX_PASTE_BYTES
    assert read(b"q", reader=reader)[-1] == "q"


def test_ctrl_c_by_itself_ends_a_paste_whose_end_is_lost() -> None:
    assert read(b"\x1b[200~abc", b"\x03", b"q", gap=1.0) == ["ctrl+c", "q"]
    assert read(b"\x1b[200~abc\x03def\x1b[201~q") == [("paste", "abcdef"), "q"]


def test_only_printable_characters_of_a_paste_are_kept() -> None:
    assert read(b"\x1b[200~a\x00\x1b]52;c;x\x07\xc2\x9bb\tc\nd\xff\x1b[201~") == [("paste", "a]52;c;xb c\nd")]


TOKENS = [
    *(rb"[ O ] P < ? ; : 0 9 200~ 201~ M m u R t $y ~ 57358 1114112 48".split()),
    *(b"\x1b", b"\x1b\\", b"\x07", b"\xff", b"\xe9", b"\xc3\xa9", b"\x00", b"\r"),
]


@pytest.mark.parametrize("seed", range(8))
def test_random_bytes_break_nothing(seed: int) -> None:
    """Random bytes and parts of sequences, in random portions; afterwards keys work."""
    chance = random.Random(seed)
    reader, now = Reader(DELAY), 0.0
    for _ in range(2000):
        if chance.random() < 0.5:
            data = b"".join(chance.choice(TOKENS) for _ in range(chance.randrange(1, 12)))
        else:
            data = chance.randbytes(chance.randrange(1, 24))
        for message in (*reader.feed(data, now), *reader.tick(now + 1)):
            if isinstance(message, events.Resize):
                assert 0 < message.size.width <= 2000
        now += chance.choice((0.0, 0.01, 1.0))
        assert len(reader.splitter._held) <= MAX_SEQUENCE_BYTES + 64
    assert read(b"\x1b[201~", b"\x03", b"\x1b\\", b"\x1b", b"q", gap=1.0, reader=reader)[-1] == "q"
