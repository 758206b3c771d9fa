"""Filters: matches of each term, parse errors, and bounded time for any expression."""

from __future__ import annotations

import time
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.format.durations import format_duration
from scaler_monitor.protocol.kinds import unit_of
from scaler_monitor.protocol.table_spec import ColumnSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.apply_filter import _SCALES, _match_scale, apply_filter
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.filter_terms import BadFilter, Term, TextTerm, parse_filter
from scaler_monitor.query.matching import Contains, Regex
from scaler_monitor.query.rows.entity_rows import EntityRows, Getter

WORKERS = TABLES["workers"]


GIB = 1 << 30


Row = dict[str, Any]


FLEET: list[Row] = [
    {"worker": "alpha-1", "manager": "aws", "rss": 3 * GIB, "cpu": 990, "lag": (4_000, 1), "task_age": 700},
    {"worker": "Alpha-2", "manager": "aws", "rss": GIB, "cpu": 20, "lag": (9_000, 30), "task_age": None},
    {
        "worker": "beta-1",
        "manager": None,
        "rss": 2 * GIB,
        "cpu": 500,
        "lag": (5_000, 1),
        "capabilities": "gpu",
    },
    {"worker": "10.0.0.1:80", "manager": "spot", "rss": 0, "cpu": 0, "lag": (1, 1), "capabilities": ""},
]


def found(text: str) -> list[str]:
    getters: dict[str, Getter[Row]] = {
        column.key: methodcaller("get", column.key) for column in WORKERS.columns
    }
    rows = EntityRows(WORKERS, FLEET, getters, lambda row: row["worker"])
    return [rows.id_at(int(at)) for at in apply_filter(rows, parse_filter(text, WORKERS))]


A1, A2, B1, IP = (row["worker"] for row in FLEET)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [A1, A2, B1, IP]),
        ("alpha", [A1, A2]),
        ("ALPHA aws", [A1, A2]),
        ("alpha spot", []),
        ("-alpha", [B1, IP]),
        ("-alpha -beta", [IP]),
        ("/^(alpha|beta)-1$/", [A1, B1]),
        ("-/-1$/", [A2, IP]),
        ("/a b/", []),
        ('"alpha-1"', [A1]),
        ("manager:aws", [A1, A2]),
        ("manager:/^s/", [IP]),
        ("manager=AWS", [A1, A2]),
        ("manager!=aws", [B1, IP]),
        ("-manager:aws", [B1, IP]),
        ("capabilities:gpu", [B1]),
        ("rss>2G", [A1]),
        ("rss>=2G", [A1, B1]),
        ("rss<1.5g", [A2, IP]),
        ("rss=1GiB", [A2]),
        ("cpu>50%", [A1]),
        ("cpu>=50", [A1, B1]),
        ("lag>5ms", [A2]),
        ("lag>4.5", [A2, B1]),
        ("lag<=5000us", [A1, B1, IP]),
        ("age>5m", [A1]),
        ("for<1h", [A1]),
        ("-age>5m", [A2, B1, IP]),
        ("10.0.0.1", [IP]),
        ("worker:/a 1|^b/", [B1]),
        ("worker!=/^a/", [B1, IP]),
        ("-cpu:99", [A2, B1, IP]),
        ("lag:30s", [A2]),
    ],
)
def test_terms(text: str, rows: list[str]) -> None:
    assert found(text) == rows


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rss>lots", "wants 500M or 2G, not 'lots'"),
        ("rss>", "rss> what?"),
        ("nosuch:1", "no column 'nosuch'"),
        ("worker>5", "is text"),
        ("/(/", "regular expression"),
        ("/open", "ends with /"),
        ("a " * 21, "more than 20 terms"),
        ("x" * 501, "longer than 500"),
        ("/(?P<a>x)\\1/", "regular expression"),
        ("/a)(b/", "regular expression"),
        ("alpha rss>lots", "at 7: rss> wants"),
        ("  -nosuch:1", "at 3: no column"),
        ('gpu "open', "at 5: a word in quotes ends"),
        ('worker:"open', "at 1: a word in quotes ends"),
        ("rss > 2G", "at 5: write column>value"),
        ("rss>/2/", "wants no regular expression"),
        ("gpu /(/", "at 5: regular expression"),
        ("lag>5MB", "wants 5ms"),
        ("a " * 21, "at 41: more than 20"),
    ],
)
def test_a_parse_error_is_one_line(text: str, reason: str) -> None:
    with pytest.raises(BadFilter) as raised:
        parse_filter(text, WORKERS)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "((a{1,50}){1,50}){1,50}", "a" * 400])
def test_no_expression_hangs(pattern: str) -> None:
    text = f"/{pattern}/"
    begun = time.process_time()
    try:
        (term,) = parse_filter(text, WORKERS)
        assert isinstance(term, TextTerm)
        term.matches(["a" * 10_000 + "!"] * 200)
    except BadFilter:
        pass
    assert time.process_time() - begun < 20  # a backtracking engine would take years


PIECES = st.sampled_from(
    [
        "worker",
        "rss",
        "lag",
        ":",
        ">",
        "<=",
        "=",
        "!=",
        "-",
        "/",
        "\\",
        '"',
        " ",
        "5m",
        "2G",
        "(",
        "[",
        ")",
        "é",
        "*",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)), st.sampled_from(list(TABLES))
)
def test_any_text_parses_or_has_an_error(text: str, table: str) -> None:
    said = ""
    terms: tuple[Term, ...] = ()
    try:
        terms = parse_filter(text, TABLES[table])
    except BadFilter as problem:
        said = str(problem) or "nothing"
    assert said != "nothing"
    assert len(said) < 200
    assert "\n" not in said
    if not said:
        entities: list[Row] = [{}, {"worker": text, "function": text, "lag": (5, 5)}]
        getters: dict[str, Getter[Row]] = {c.key: methodcaller("get", c.key) for c in TABLES[table].columns}
        assert len(apply_filter(EntityRows(TABLES[table], entities, getters, str), terms)) <= 2


WORD = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(WORD.filter(lambda w: w.isalnum()), st.lists(WORD, max_size=6))
def test_words_find_what_python_finds(word: str, texts: list[str]) -> None:
    (term,) = parse_filter(word, WORKERS)
    assert isinstance(term, TextTerm)
    assert list(term.matches(texts)) == [word.lower() in text.lower() for text in texts]


@settings(deadline=None)
@given(
    st.text("ab1.", min_size=1, max_size=4).map(lambda t: t.replace(".", "\\.")),
    st.lists(st.text("ab1.é", max_size=6), max_size=8),
)
def test_expressions_find_what_words_find(word: str, texts: list[str]) -> None:
    (term,) = parse_filter(f"/{word}/", WORKERS)
    assert isinstance(term, TextTerm)
    plain = word.replace("\\", "")
    assert list(term.matches(texts)) == [plain in text for text in texts]


TEXTS = ["foo", "afoo", "foob", "", "x foo", "FOO", "foo\u00e9"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\Afoo", ["foo", "foob", "FOO", "foo\u00e9"]),
        (r"foo\z", ["foo", "afoo", "x foo", "FOO"]),
        (r"(?-m)^foo$", ["foo", "FOO"]),
        (r"(?-im:^foo)", ["foo", "foob", "foo\u00e9"]),
        (r"^foo$", ["foo", "FOO"]),
    ],
)
def test_a_regular_expression_may_ask_for_the_ends_of_the_text(pattern: str, expected: list[str]) -> None:
    verdicts = Regex(pattern)(TEXTS)
    assert [text for text, verdict in zip(TEXTS, verdicts, strict=True) if verdict] == expected


NUMBER_COLUMNS = [c for c in WORKERS.columns + TABLES["tasks"].columns if unit_of(c.kind) in _SCALES]


@pytest.mark.parametrize("column", NUMBER_COLUMNS, ids=lambda column: column.key)
@given(
    numbers=st.lists(st.floats(0, 1e13) | st.integers(0, 5_000), max_size=30), word=st.sampled_from("019.kMs")
)
@settings(max_examples=30, deadline=None)
def test_numbers_are_found_by_their_displayed_text(
    column: ColumnSpec, numbers: list[float], word: str
) -> None:
    values = np.array([*numbers, np.nan], np.float64)
    shown = partial(format_value, column.kind)
    found = _match_scale(values, Contains(word), shown)
    assert found.tolist() == [
        *(word.lower() in shown(n).lower() for n in values[:-1].tolist()),
        False,
    ]


def test_only_distinct_texts_of_many_numbers_are_formatted() -> None:
    made = 0

    def shown(value: float) -> str:
        nonlocal made
        made += 1
        return format_duration(value)

    numbers = np.random.default_rng(1).lognormal(0, 1.5, 50_000)
    texts = [format_duration(number) for number in numbers.tolist()]
    found = _match_scale(numbers, Contains("1.2"), shown)
    assert found.tolist() == ["1.2" in text for text in texts]
    assert made < len(numbers) / 2


def test_an_id_is_found_by_its_ends_too() -> None:
    ids = IdColumn([b"\xab" + bytes(15), bytes(15) + b"\xab", b""])
    assert ids.matching(Regex(r"\Aab")).tolist() == [True, False, False]
    assert ids.matching(Regex(r"ab\z")).tolist() == [False, True, False]
