"""Text from the cluster: safe to print, and different names stay different."""

from __future__ import annotations

import unicodedata
from sys import getsizeof

import msgpack  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaler_monitor.wire import frame_limits
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateTask
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.text import CleanNames, clean
from scaler_monitor.wire.text_memory import text_memory

RAW = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text("\\x1bu0852e\x1b\x85\u202e\u2066", max_size=12).map(str.encode),
    st.lists(st.sampled_from([b"\\", b"x1b", b"\x1b", b"\xc2\x85", b"\x85", b"\\u0085", b"\xff", b"a"])).map(
        b"".join
    ),
)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
SEPARATORS = "\u2028\u2029"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"", ""),
        (b"Worker|NAT|0a", "Worker|NAT|0a"),
        ("größe 日本 🚀".encode(), "größe 日本 🚀"),
        (b"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        (b"a\\b", "a\\\\b"),
        (b"\\x1b", "\\\\x1b"),
        (b"tab\tnew\nline\0", "tab\\x09new\\x0aline\\x00"),
        (b"\x7f", "\\x7f"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"\xc3", "\\xc3"),
        (b"\xc2\x9b31m", "\\u009b31m"),
        (b"\x9b31m", "\\x9b31m"),
        ("\u202egpj.exe".encode(), "\\u202egpj.exe"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        ("\ud800", "\\xed\\xa0\\x80"),
        ("[bold]x[/]", "[bold]x[/]"),
    ],
)
def test_examples(raw: bytes | str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize("character", [*CONTROLS, *BIDI, *SEPARATORS])
def test_no_control_character_remains(character: str) -> None:
    shown = clean(f"a{character}b")
    assert character not in shown
    assert shown.startswith("a\\")
    assert shown.isprintable()


@given(RAW)
def test_safe(raw: bytes) -> None:
    shown = clean(raw)
    assert not set(shown) & set(CONTROLS + BIDI + SEPARATORS)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in shown)
    shown.encode()


def unclean(shown: str) -> bytes:
    """Return the bytes of a cleaned text: that `clean` can be inverted proves that it is unique."""
    raw, at = bytearray(), 0
    while at < len(shown):
        if shown[at] != "\\":
            raw += shown[at].encode()
            at += 1
        elif shown[at + 1] == "\\":
            raw += b"\\"
            at += 2
        elif shown[at + 1] == "x":
            raw.append(int(shown[at + 2 : at + 4], 16))
            at += 4
        else:
            assert shown[at + 1] == "u"
            raw += chr(int(shown[at + 2 : at + 6], 16)).encode()
            at += 6
    return bytes(raw)


@settings(max_examples=500)
@given(RAW)
@example(b"\xc2\x85")
@example(b"\x85")
@example(b"\\u0085")
@example(b"\\\x1b")
def test_different_names_stay_different(raw: bytes) -> None:
    assert unclean(clean(raw)) == raw


@given(st.text(max_size=30))
def test_text_and_bytes_give_the_same_result(text: str) -> None:
    assert clean(text) == clean(text.encode("utf-8", "surrogatepass"))


@given(RAW)
def test_cached_names_are_one_object(raw: bytes) -> None:
    names = CleanNames()
    assert names[raw] == clean(raw)
    assert names[raw] == clean(raw)


def test_the_cache_is_bounded() -> None:
    names = CleanNames()
    for number in range(400_000):
        assert names[b"%d" % number] == str(number)
    assert len(names) > 150_000
    assert memory(names) + 80 * len(names) == names._short_memory <= frame_limits.SHORT_NAMES_MEMORY


def test_the_ids_of_a_hundred_thousand_workers_fit() -> None:
    names = CleanNames()
    ids = [b"Worker|NAT|%08x|0123456789abcdef0123" % number for number in range(100_000)]
    made = [names[each] for each in ids]
    assert all(names[each] is name for each, name in zip(ids, made, strict=True))


def test_unreferenced_long_names_are_evicted() -> None:
    """Workers with ids of 150 letters connect and disconnect."""
    names = CleanNames()
    for fleet in range(40):
        ids = [b"%d-%d-" % (fleet, number) + b"x" * 150 for number in range(3_000)]
        held = [names[each] for each in ids]
        assert held == [each.decode() for each in ids]
    assert names.cut == 0
    assert memory(names) == names._long.memory <= frame_limits.LONG_NAMES_MEMORY


def test_a_truncated_name_is_counted_once() -> None:
    names = CleanNames()
    full = [names[b"%05d" % number + b"x" * 150] for number in range(30_000)]
    before = names.cut
    ids = [b"%d-" % number + b"y" * 150 for number in range(100)]
    first = [names[each] for each in ids]
    assert all("..." in each for each in first)
    assert [names[each] for each in ids] == first
    assert names.cut == before + 100
    assert len(full) == 30_000


def test_long_names_are_one_object_and_their_bytes_are_bounded() -> None:
    """Names that do not fit are truncated, and stay different."""
    names = CleanNames()
    long = b"x" * 10_000
    assert names[long] == long.decode()
    assert names[bytes(long)] is names[long]
    assert names.clean(long.decode()) is names[long]
    made = [names[long + b"%d" % number] for number in range(2_000)]
    assert len(set(made)) == len(made)
    assert memory(names) <= frame_limits.LONG_NAMES_MEMORY
    assert made[0] == long.decode() + "0"
    assert made[-1].startswith("x" * 80)
    assert "..." in made[-1]
    assert getsizeof(made[-1]) <= frame_limits.SHORT_NAME_MEMORY
    assert names[long + b"1999"] == made[-1]
    assert names[b"short"] == "short"
    assert memory(names) <= frame_limits.LONG_NAMES_MEMORY
    assert names.cut == sum("..." in name for name in made) + 1  # the last one was requested twice


def memory(names: CleanNames) -> int:
    return sum(getsizeof(raw) + getsizeof(text) for raw, text in names.items())


def test_a_name_stays_complete_or_truncated_while_it_is_used() -> None:
    names = CleanNames()
    raws = [b"%04d" % number + b"x" * 9_996 for number in range(1_000)]
    first = [names[raw] for raw in raws]
    assert 0 < sum(len(text) == 10_000 for text in first) < len(raws)
    assert [names[raw] for raw in raws] == first
    assert sum(
        names[raw] is text for raw, text in zip(raws, first, strict=True) if len(text) == 10_000
    ) == sum(len(text) == 10_000 for text in first)


@pytest.mark.parametrize(
    "letter",
    [b"\x01", "\u0085".encode(), "日".encode(), "🚀".encode(), b"\xff", b"\\"],
    ids=["control", "C1", "wide", "rocket", "broken", "backslash"],
)
@pytest.mark.parametrize("length", [100, 1_000, 100_000])
def test_escaped_names_are_bounded_by_their_final_size(letter: bytes, length: int) -> None:
    names = CleanNames()
    count = 3_000 if length <= 1_000 else 200
    made = [names["🚀".encode() + letter * length + b"%d" % number] for number in range(count)]
    assert len(set(made)) == len(made)
    assert memory(names) <= frame_limits.LONG_NAMES_MEMORY + count * 2 * frame_limits.SHORT_NAME_MEMORY
    assert sum({id(name): getsizeof(name) for name in made}.values()) <= (
        frame_limits.LONG_NAMES_MEMORY + count * frame_limits.SHORT_NAME_MEMORY
    )
    assert all(name.isprintable() for name in made[-10:])


def test_a_name_of_a_megabyte_is_truncated_everywhere() -> None:
    raw = b"w" * (1 << 20)
    shown = clean(raw)
    assert len(shown) < 400
    assert shown != clean(raw + b"w")
    names = CleanNames()
    assert getsizeof(names[raw]) <= frame_limits.SHORT_NAME_MEMORY
    assert names[raw] != names[raw + b"w"]
    assert not names


def test_long_names_in_unusual_layouts_are_one_object() -> None:
    """A name over 8 kB makes a frame of two segments, which only the reference reader decodes."""
    message = load_generation(2).Message.new_message()
    task = message.init("stateTask")
    task.taskId, task.functionName, task.worker, task.client = bytes(16), b"f" * 10_000, b"w", b"c"
    task.init("capabilities", 1)[0].name = "gpu"
    decoder, frame = Decoder(), message.to_bytes()
    first, second = (decoder.decode(bytes(frame)) for _ in range(2))
    assert isinstance(first, StateTask)
    assert isinstance(second, StateTask)
    assert len(first.function) == 10_000
    assert first.function is second.function
    assert (first.worker, first.client, first.capabilities) == ("w", "c", (("gpu", 0),))
    assert first.worker is second.worker
    assert first.client is second.client


@given(RAW)
def test_a_word_is_complete_or_truncated(raw: bytes) -> None:
    names = CleanNames()
    assert names.word(raw) == clean(raw if len(raw) <= frame_limits.WORD_BYTES else raw[:13] + b"...")
    assert names.word(raw) == names.word(raw)
    assert names.cut == (len(raw) > frame_limits.WORD_BYTES)


@given(st.text(max_size=300))
def test_text_memory_does_not_change_with_cached_utf8(text: str) -> None:
    own = (text + " ")[:-1]  # another object
    before = text_memory(own)
    assert getsizeof(own) <= before
    msgpack.packb(own, unicode_errors="surrogatepass")
    assert text_memory(own) == before >= getsizeof(own)


def test_evicted_names_free_all_their_memory() -> None:
    names = CleanNames()
    for number in range(2_000):
        msgpack.packb(names[f"{number} {'é' * 4_000}".encode()])
    kept = sum(getsizeof(raw) + text_memory(text) for raw, text in names._long.items())
    assert names._long.memory == kept
