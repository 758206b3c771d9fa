"""Order and pages: every column sorts, and joined pages are the whole table."""

from __future__ import annotations

from typing import Any

import pytest
from tests.query.tables_of import page
from tests.scenario import BuiltCluster

from scaler_monitor.protocol.tables import TABLES


def raw(value: Any) -> Any:
    """Return the sort key of a value: the lag of a silent worker is at least the age of its heartbeat."""
    if not isinstance(value, tuple):
        return value
    first, second = value
    if second is None:
        return first
    return max(first, second * 1e6) if second > 5 else first


def shown_order(value: str | float) -> tuple[str, str] | float:
    return (value.lower(), value) if isinstance(value, str) else float(value)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("table", "key"), [(t, c.key) for t in TABLES for c in TABLES[t].columns])
def test_every_column_sorts_with_unknown_last(
    world: BuiltCluster, table: str, key: str, descending: bool
) -> None:
    answer = page(world, table, sort=key, descending=descending)
    at = TABLES[table].index(key)
    values = [
        raw(row[at])
        for row, mark in zip(answer.rows, answer.marks, strict=True)
        if not (table == "workers" and mark == "departed")
    ]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    ordered = [shown_order(value) for value in known]
    assert ordered == sorted(ordered, reverse=descending)


def test_equal_values_are_in_the_order_of_their_ids_in_both_directions(world: BuiltCluster) -> None:
    for descending in (False, True):
        answer = page(world, "workers", sort="processors", descending=descending)
        here = [i for i, mark in zip(answer.ids, answer.marks, strict=True) if mark != "departed"]
        assert here == sorted(here)


def test_equal_tasks_come_newest_first(world: BuiltCluster) -> None:
    for descending in (False, True):
        answer = page(world, "tasks", sort="status", descending=descending)
        status, time = TABLES["tasks"].index("status"), TABLES["tasks"].index("time")
        times = [row[time] for row in answer.rows if row[status] == "success"]
        assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("table", ["workers", "tasks", "events"])
@pytest.mark.parametrize("how", [{}, {"sort": "worker"}, {"filter": "gpu"}])
def test_joined_pages_are_the_whole_table(world: BuiltCluster, table: str, how: dict[str, str]) -> None:
    whole = page(world, table, **how).ids
    parts: list[str] = []
    for first in range(0, len(whole), 7):
        part = page(world, table, first=first, limit=7, **how)
        assert part.first == first
        assert part.matched == len(whole)
        parts += part.ids
    assert parts == whole


def test_a_page_beyond_the_end_is_the_last_row(world: BuiltCluster) -> None:
    answer = page(world, "workers", first=1_000, limit=5)
    assert len(answer.ids) == 1
    assert answer.first == answer.matched - 1


def test_an_unchanged_question_is_answered_from_the_cache(
    world: BuiltCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scaler_monitor.query.table_page as pages

    first = page(world, "tasks", sort="duration", filter="train")
    monkeypatch.setattr(pages, "sort_positions", lambda *_: pytest.fail("sorted again"))
    assert page(world, "tasks", sort="duration", filter="train") == first
