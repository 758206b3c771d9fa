"""Every table and column: unique keys, sort keys as upstream has them, widths that fit a screen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scaler_monitor.protocol.tables import TABLES

GAP = 1


def test_the_nine_tables():
    assert list(TABLES) == [
        "workers",
        "managers",
        "tasks",
        "processors",
        "events",
        "functions",
        "machines",
        "clients",
        "objects",
    ]


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_columns_are_well_formed(table):
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


def test_upstreams_sort_keys():
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
def test_essentials_fit_80_columns(table):
    essential = [column for column in table.columns if column.rank == 0]
    assert sum(column.width + GAP for column in essential) <= 80
    assert len(essential) >= 3


def test_tables_need_neither_numpy_nor_the_model():
    code = (
        "import sys, scaler_monitor.protocol.tables, scaler_monitor.protocol.page\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('numpy', 'capnp', 'textual') "
        "or m.startswith(('scaler_monitor.model', 'scaler_monitor.wire'))]\n"
        "print(bad)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
