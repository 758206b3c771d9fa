"""Definitions of tables and columns: unique keys, upstream's sort keys, widths that fit a screen."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType

import pytest

import scaler_monitor.protocol.tables as tables
import scaler_monitor.query.tables as readers
from scaler_monitor.protocol.kinds import KINDS
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec, as_plain
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.tables import READERS

GAP = 1


def modules_of(package: ModuleType) -> set[str]:
    return {path.stem for path in Path(package.__path__[0]).glob("[a-z]*.py")}


def test_every_table_has_its_module_on_both_sides() -> None:
    assert {table.key for table in TABLES.values()} == modules_of(tables) == modules_of(readers)
    assert set(TABLES) == set(READERS)
    places = [table.place for table in TABLES.values()]
    assert places == sorted(set(places))


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_references_between_tables_are_valid(table: TableSpec) -> None:
    kinds = {other.entity for other in TABLES.values() if other.entity}
    assert {column.names for column in table.columns} <= kinds | {""}
    assert {column.kind for column in table.columns} <= set(KINDS)
    assert set(table.scopes) == set(READERS[table.key].scope_rules) <= kinds
    assert {part.table for part in table.page} <= set(TABLES)
    assert not table.leads_to or table.column_naming(table.leads_to) is not None
    assert set(READERS[table.key].tones) <= {column.key for column in table.columns}
    names = [column.json for column in table.columns if column.json]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_is_json_data(table: TableSpec) -> None:
    plain = as_plain(table)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["columns"][0]["key"] == table.columns[0].key
    assert [column["align"] for column in plain["columns"]] == [column.align for column in table.columns]
    assert {*plain["columns"][0]} == {field.name for field in fields(ColumnSpec)} - {"field"} | {"align"}
    assert {*plain} == {field.name for field in fields(TableSpec)}
    assert all(one["table"] == part.table for one, part in zip(plain["page"], table.page, strict=True))
    assert (plain["tab"] or {}).get("title") == (table.tab.title if table.tab else None)


def test_plain_data_has_the_plural() -> None:
    assert as_plain(TABLES["tasks"])["plural"] == "tasks"
    assert as_plain(replace(TABLES["tasks"], noun="process", plural="processes"))["plural"] == "processes"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_columns_are_well_formed(table: TableSpec) -> None:
    keys = [column.key for column in table.columns]
    assert len(set(keys)) == len(keys)
    assert table.sort in keys
    assert table.hidden <= set(keys)
    for position, column in enumerate(table.columns):
        assert table.index(column.key) == position
        assert column.describe, column.key
        assert column.width >= len(column.title), column.key
    with pytest.raises(KeyError):
        table.index("nothing")


def test_sort_keys_are_upstreams() -> None:
    keys = {column.shortcut: column.key for column in TABLES["workers"].columns if column.shortcut}
    assert keys == {
        "g": "manager",
        "n": "worker",
        "C": "agt_cpu",
        "M": "agt_rss",
        "c": "cpu",
        "m": "rss",
        "F": "rss_free",
        "f": "free",
        "w": "sent",
        "d": "queued",
        "s": "suspended",
        "l": "lag",
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_essentials_fit_80_columns(table: TableSpec) -> None:
    essential = [column for column in table.columns if column.rank == 0]
    assert sum(column.width + GAP for column in essential) <= 80
    assert len(essential) >= 3


def test_tables_need_neither_numpy_nor_the_model() -> None:
    code = (
        "import sys, scaler_monitor.protocol.tables, scaler_monitor.protocol.page\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('numpy', 'capnp', 'textual') "
        "or m.startswith(('scaler_monitor.model', 'scaler_monitor.wire'))]\n"
        "print(bad)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
