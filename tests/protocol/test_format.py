"""Formatting of cells: what an operator reads for each raw value, and that nothing grows wider than said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.protocol.format import amounts, durations, format_value, format_whole, labels, number
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.tables import READERS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0, "0B"),
        (1023, "1023B"),
        (1024, "1K"),
        (17 * 1024 + 1000, "17K"),
        (1024**2 - 1, "1023K"),
        (int(1.56 * 1024**2), "1.6M"),
        (int(99.94 * 1024**2), "99.9M"),
        (int(99.99 * 1024**2), "100M"),
        (int(1023.6 * 1024**2), "1.0G"),
        (-1, "-"),
        (312 * 1024**3, "312G"),
        (2**63 - 1024, "8.0E"),
        (2**63, "-"),
        (2**64 - 1, "-"),
        (float("nan"), "-"),
        ("12", "12B"),
        ("many", "-"),
        (True, "-"),
    ],
)
def test_bytes(value, text):
    assert amounts.format_bytes(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0%"),
        (992, "99.2%"),
        (9999, "999.9%"),
        (10_000, "1000%"),
        (12_345, "1234%"),
        (99_999.6 / 100, "100.0%"),
        (9999.6, "1000%"),
        (999_999, "100k%"),
        (1_000_000, "100k%"),
        (None, "-"),
    ],
)
def test_permille(value, text):
    assert amounts.format_permille(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234, "1,234"),
        (999_999, "999,999"),
        (1_000_000, "1.0M"),
        (34_560_000_000, "34.6G"),
        (999_960_000, "1.0G"),
        (-0.3, "0"),
        (-99_999, "-99,999"),
        (-150_000, "-150k"),
        (-999_600, "-1M"),
        (-2_000_000_000, "-2G"),
        (None, "-"),
    ],
)
def test_count(value, text):
    assert amounts.format_count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0/s"),
        (12.34, "12.3/s"),
        (450, "450/s"),
        (99.96, "100/s"),
        (999.96, "1.0k/s"),
        (12_345, "12.3k/s"),
        (-1, "0.0/s"),
        (None, "-"),
    ],
)
def test_rate(value, text):
    assert amounts.format_rate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m00s"),
        (185, "3m05s"),
        (7620, "2h07m"),
        (86_400 * 5 + 3600 * 3, "5d03h"),
        (86_400 * 120, "120d"),
        (-3, "0s"),
        (None, "-"),
    ],
)
def test_age(value, text):
    assert durations.format_age(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1e-9, "1us"),
        (85e-6, "85us"),
        (0.0012, "1.2ms"),
        (0.345, "345ms"),
        (0.99999, "1.00s"),
        (0.0009996, "1.0ms"),
        (1.5176, "1.52s"),
        (9.996, "10.0s"),
        (59.996, "1m00s"),
        (119.6, "2m00s"),
        (7_679.0, "2h08m"),
        (1.239, "1.24s"),
        (45.67, "45.7s"),
        (185, "3m05s"),
    ],
)
def test_duration(value, text):
    assert durations.format_duration(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((400, 1), "0.4ms"),
        ([12_345, 5], "12.3ms"),
        ([12_345, 6], "(6s) 12.3ms"),
        ([2_000_000, 99], "(99s) 2.0s"),
        ([2_000, 700], "(11m) 2.0ms"),
        ([2_000, 65_535], "(18h) 2.0ms"),
        ([None, 9], "gone 9s"),
        ([None, 65_535], "gone 18h"),
        ([400, None], "0.4ms"),
        (None, "-"),
        ([1], "-"),
    ],
)
def test_lag_says_when_a_worker_was_last_seen(value, text):
    assert durations.format_lag(value) == text


def test_text_tells_empty_from_unknown():
    assert labels.format_name("") == "(empty)"
    assert labels.format_name(None) == "-"
    assert labels.format_capabilities("") == "none"
    assert labels.format_capabilities(None) == "-"
    assert labels.format_text("") == "-"
    assert (labels.format_yes(True), labels.format_yes(False), labels.format_yes(None)) == ("yes", "no", "-")
    assert labels.format_processor(4711) == "4711"
    assert labels.format_processor(-3) == "x3"
    assert labels.format_processor(0) == "none"
    assert labels.format_task_id("0123456789abcdef") == "01234567"
    assert labels.format_object_id("aa" * 16 + "0123456789abcdef" * 2) == "01234567"
    assert labels.format_object_id(None) == number.DASH


@pytest.mark.parametrize(
    ("formatter", "widest"),
    [
        (amounts.format_bytes, 5),
        (amounts.format_permille, 6),
        (amounts.format_count, 7),
        (amounts.format_rate, 7),
        (durations.format_age, 6),
        (durations.format_short_age, 4),
        (durations.format_duration, 6),
        (durations.format_microseconds, 6),
        (durations.format_time, 8),
    ],
)
@given(value=st.one_of(st.integers(0, 2**64), st.floats(0, 1e18)))
def test_nothing_is_wider_than_said(formatter, widest, value):
    assert 1 <= len(formatter(value)) <= widest


@given(lag=st.integers(0, 2**64), seen=st.integers(0, 65_535))
def test_lag_is_not_wider_than_said(lag, seen):
    assert len(durations.format_lag([lag, seen])) <= 13


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=3),
    st.binary(max_size=3),
)


@given(value=anything)
def test_no_column_ever_raises(value):
    for table in TABLES.values():
        for column in table.columns:
            assert isinstance(format_value(column.kind, value), str)
            assert isinstance(format_whole(column.kind, value), str)
    for reader in READERS.values():
        for tone in reader.tones.values():
            assert tone(value) in ("", "good", "warn", "bad", "dim", "accent")


def test_the_lag_column_and_the_model_call_the_same_worker_silent():
    assert durations.STALE_SECONDS == SILENT_SECONDS
    assert durations.format_lag((400, SILENT_SECONDS)) == "0.4ms"
    assert durations.format_lag((400, SILENT_SECONDS + 1)) == "(6s) 0.4ms"


@given(a=st.floats(0, 1e12), b=st.floats(0, 1e12))
def test_a_bigger_duration_never_reads_as_a_smaller_unit(a, b):
    units = ["0", "us", "ms", "s", "m", "h", "d"]

    def rank(seconds: float) -> int:
        text = durations.format_duration(seconds)
        if "d" in text:
            return 6
        if "h" in text:
            return 5
        if "m" in text and "ms" not in text:
            return 4
        return units.index("".join(c for c in text if c.isalpha()) or "0")

    low, high = sorted((a, b))
    assert rank(low) <= rank(high)
    assert math.isfinite(high)
