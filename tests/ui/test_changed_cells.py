"""The cells of a line that are sent to the terminal again."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from scaler_monitor.ui.painted import changed_spans

PLAIN, BRIGHT = Style(color="white"), Style(color="red", bold=True)
WIDTH = 24

texts = st.lists(st.sampled_from(["a", "b", " ", "12", "│", "漢", "e\u0301"]), max_size=6).map("".join)
lines = st.lists(st.tuples(texts, st.sampled_from([PLAIN, BRIGHT])), max_size=4).map(
    lambda parts: Strip([Segment(*part) for part in parts]).adjust_cell_length(WIDTH)
)


def characters(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, segment.style) for segment in strip for character in segment.text]


def spans(old: tuple[str, Style], new: tuple[str, Style]) -> list[tuple[int, int]]:
    return changed_spans(Strip([Segment(*old)]), Strip([Segment(*new)]))


def test_only_changed_digits_are_sent() -> None:
    assert spans(("   2,605", PLAIN), ("   2,611", PLAIN)) == [(6, 2)]
    assert spans(("  99.8/s", PLAIN), ("   100/s", PLAIN)) == [(2, 4)]


def test_another_style_is_another_cell() -> None:
    assert spans(("7", PLAIN), ("7", BRIGHT)) == [(0, 1)]


def test_a_wide_character_is_never_cut() -> None:
    assert spans(("漢字 a", PLAIN), ("漢語 b", PLAIN)) == [(0, 6)]
    assert spans(("漢e\u0301", PLAIN), ("漢a\u0301", PLAIN)) == [(0, 3)]


def test_lines_are_compared_by_cell_and_not_by_segment() -> None:
    old = Strip([Segment("total ", PLAIN), Segment("99.8/s", BRIGHT), Segment("      ", PLAIN)])
    new = Strip([Segment("total ", PLAIN), Segment("100/s", BRIGHT), Segment("       ", PLAIN)])
    assert changed_spans(old, new) == [(6, 6)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, lines)
def test_the_old_line_with_the_changed_cells_is_the_new_one(old: Strip, new: Strip) -> None:
    drawn = old
    for first, width in changed_spans(old, new):
        parts = (drawn.crop(0, first), new.crop(first, first + width), drawn.crop(first + width))
        drawn = Strip.join(parts)
    assert characters(drawn) == characters(new)
