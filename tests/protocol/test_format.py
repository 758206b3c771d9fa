"""Formats of cells: texts of raw values, and maximum widths."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.protocol.format import amounts, durations, format_full, format_value, number
from scaler_monitor.protocol.kinds import KINDS
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.tables import READERS

EXAMPLES = json.loads(Path(__file__).with_name("format_examples.json").read_text(encoding="utf-8"))
"""What every writer of cells is held to: {"kind", "value", "text"}, times of day in UTC."""


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['kind']} {example['value']}")
def test_cells_are_formatted_as_in_the_examples(example: dict[str, Any], utc: None) -> None:
    assert format_value(example["kind"], example["value"]) == example["text"]


def test_every_kind_has_examples_of_known_and_unknown_values() -> None:
    for kind in KINDS:
        texts = {example["text"] for example in EXAMPLES if example["kind"] == kind}
        assert number.DASH in texts, kind
        assert len(texts) >= 3 or kind == "object_id", kind


def test_values_of_other_types_are_unknown() -> None:
    assert format_value("bytes", float("nan")) == number.DASH
    assert format_value("lag", (400, 1)) == format_value("lag", [400, 1]) == "0.4ms"


def test_the_page_of_an_entity_has_its_complete_id() -> None:
    assert format_full("task_id", "0123456789abcdef") == "0123456789abcdef"
    assert format_full("object_id", None) == number.DASH
    assert format_full("bytes", 1024) == "1K"


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
def test_no_format_exceeds_its_maximum_width(
    formatter: Callable[[object], str], widest: int, value: float
) -> None:
    assert 1 <= len(formatter(value)) <= widest


@given(lag=st.integers(0, 2**64), seen=st.integers(0, 65_535))
def test_lag_does_not_exceed_its_maximum_width(lag: int, seen: int) -> None:
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
def test_no_column_ever_raises(value: object) -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert isinstance(format_value(column.kind, value), str)
            assert isinstance(format_full(column.kind, value), str)
    for reader in READERS.values():
        for tone in reader.tones.values():
            assert tone(value) in ("", "good", "warn", "bad", "dim", "accent")


def test_the_lag_column_and_the_model_call_the_same_worker_silent() -> None:
    assert durations.STALE_SECONDS == SILENT_SECONDS
    assert durations.format_lag((400, SILENT_SECONDS)) == "0.4ms"
    assert durations.format_lag((400, SILENT_SECONDS + 1)) == "(6s) 0.4ms"


@given(a=st.floats(0, 1e12), b=st.floats(0, 1e12))
def test_a_bigger_duration_never_reads_as_a_smaller_unit(a: float, b: float) -> None:
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
