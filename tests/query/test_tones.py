"""Tones are part of a page: one text per row, with one letter per column."""

from __future__ import annotations

import pytest
from tests.query.tables_of import page, tone
from tests.scenario import BuiltCluster

from scaler_monitor.protocol.page import TONE_LETTERS
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.tables import READERS
from scaler_monitor.query.tones import STATE_TONES


@pytest.mark.parametrize("table", TABLES)
def test_a_page_has_the_tone_of_each_cell(world: BuiltCluster, table: str) -> None:
    answer, columns = page(world, table), TABLES[table].columns
    assert len(answer.tones) == len(answer.rows)
    for row, letters, mark in zip(answer.rows, answer.tones, answer.marks, strict=True):
        assert letters == letters.rstrip()
        assert len(letters) <= len(columns)
        for column, value, letter in zip(columns, row, letters.ljust(len(columns)), strict=True):
            toned = column.key in READERS[table].tones and mark != "departed"
            assert TONE_LETTERS.get(letter, "") == (tone(table, column.key, value) if toned else "")


def test_the_scenario_has_cells_of_every_tone(world: BuiltCluster) -> None:
    letters = {letter for table in TABLES for row in page(world, table).tones for letter in row}
    assert letters - {" "} == set(TONE_LETTERS)


def test_departed_rows_have_no_tones(world: BuiltCluster) -> None:
    answer = page(world, "workers")
    gone = [letters for letters, mark in zip(answer.tones, answer.marks, strict=True) if mark == "departed"]
    assert gone
    assert set(gone) == {""}


def test_the_overview_has_the_tones_of_states(world: BuiltCluster) -> None:
    cluster, _, now = world
    told = describe_overview(cluster, now)
    assert told.task_states
    assert told.state_tones == {
        state: STATE_TONES[state] for state in told.task_states if state in STATE_TONES
    }
