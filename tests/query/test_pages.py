"""Pages of every table: rows, notes, invalid filters, and pages of an empty cluster."""

from __future__ import annotations

import math
import re

import pytest
from tests.present import present
from tests.query.tables_of import page
from tests.scenario import SECONDS, START, BuiltCluster, build_cluster, status_at

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import Question, TableQuestion
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.answer import answer_question


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_every_column_and_an_id_of_its_own(world: BuiltCluster, table: str) -> None:
    answer = page(world, table)
    assert answer.matched == answer.total == len(answer.rows) > 0
    assert len(set(answer.ids)) == len(answer.ids)
    for row in answer.rows:
        assert len(row) == len(TABLES[table].columns)
        for cell, value in zip(TABLES[table].columns, row, strict=True):
            assert format_value(cell.kind, value)
            assert value is None or isinstance(value, int | float | str | tuple), cell.key
            assert type(value) in (type(None), int, float, str, bool, tuple), (cell.key, type(value))


def test_an_invalid_filter_is_reported_and_not_applied(world: BuiltCluster) -> None:
    answer = page(world, "workers", filter="rss>lots")
    assert "lots" in answer.filter_error
    assert answer.matched == answer.total


@pytest.mark.parametrize(
    "table", [table for table in TABLES.values() if table.notes], ids=lambda table: table.key
)
def test_notes_are_about_columns_of_their_table(table: TableSpec) -> None:
    titles = {column.title for column in table.columns}
    for note in table.notes:
        named = re.split(" = |: ", note, maxsplit=1)
        assert named[0] in titles or named == [note]
        assert " = " not in note or set(named[1].split(" + ")) <= titles
        assert len(note) <= 60
    assert table.notes_for(titles | {column.key for column in table.columns}) == list(table.notes)


def test_an_empty_cluster_has_empty_tables_and_a_whole_answer() -> None:
    cluster = ClusterState(START)
    status = status_at(cluster, START)
    tables = tuple(TableQuestion(table, sort=TABLES[table].columns[0].key, filter="a") for table in TABLES)
    answer = answer_question(cluster, status, Question("v", tables=tables), START)
    assert [page.rows for page in present(answer.tables)] == [[]] * len(TABLES)
    overview = present(answer.overview)
    assert overview.workers is None
    assert overview.task_states is None
    assert overview.queued is None


def test_scenario_is_the_same_every_time() -> None:
    first, second = build_cluster(30), build_cluster(30)
    for table in TABLES:
        assert page(first, table) == page(second, table)
    assert first[2] == START + 30 < START + SECONDS
    assert math.isfinite(first[2])
