"""The JSON document has all values of the tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.present import present
from tests.query.tables_of import page
from tests.scenario import BuiltCluster, build_cluster

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_tabs import text_questions
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "JSON.md"

BESIDE_THE_COLUMNS = {
    "processors": {
        "worker": "workers[].id",
        "manager": "workers[].manager",
        "host": "workers[].host",
        "waiting": "workers[].waiting",
        "peak_rss": "peak_rss_bytes",
        "task": "task_id",
        "task_age": "task_age_seconds",
        "over": "overdue_times",
    },
    "functions": {
        "failure": "failure_percent",
        "lately": "recent_failure_percent",
        "share": "time_share_percent",
    },
}
"""By table of the text, the field that has what a column shows, where the column itself names none: it has
more, or it is more exact. One that is not here has the column's own key."""

PLACES = {"processors": "workers[].processors", "tasks": "latest_tasks", "events": "latest_events"}
DERIVED = {("processors", "behind"), ("tasks", "over")}
"""What stands in one text made of several tasks, or is the processor's `overdue_times`."""


@pytest.mark.parametrize("table", [question.table for question in text_questions()])
def test_the_document_has_everything_in_the_text(table: str) -> None:
    documented = set(re.findall(r"^\| `([^`]+)` \|", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE))
    for column in TABLES[table].columns:
        if (table, column.key) in DERIVED:
            continue
        name = field_of(table, column.key)
        field = name if "[]" in name else f"{PLACES.get(table, table)}[].{name}"
        assert field in documented, (column.key, field)


COUNTED_ON = {("processors", "task_age")}
"""As of the worker's last heartbeat in the document, and since then in the table."""
KEYS = {"events": ["time", "task", "status", "event"], "processors": ["worker", "pid"]}
"""By table: the columns by which its rows are found in the document; of others the one that names them."""


def keys_of(table: TableSpec) -> list[str]:
    return KEYS.get(table.key) or [present(table.column_naming(table.entity)).key]


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


@pytest.fixture(scope="module")
def described(world: BuiltCluster) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(json.dumps(document(*world)))
    return described


def field_of(table: str, column: str) -> str:
    return TABLES[table].column(column).json or BESIDE_THE_COLUMNS.get(table, {}).get(column, column)


def entries(described: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """Return the entries of a table in the document; those of processors include their workers' values."""
    if table != "processors":
        found: list[dict[str, Any]] = described[PLACES.get(table, table)]
        return found
    return [
        processor | {f"workers[].{name}": value for name, value in worker.items()}
        for worker in described["workers"]
        for processor in worker["processors"]
    ]


def in_the_units_of_the_document(column: str, field: str, value: Any) -> Any:
    """Return the raw value of a cell in the document's units; of a pair, the first value."""
    if isinstance(value, tuple | list):
        value = value[0]
    if value is None:
        return None
    if field.endswith("_percent"):
        return pytest.approx(value / 10, abs=0.06)
    if column == "managers":
        return value.split(", ")
    if column == "capabilities":
        return [each for each in value.split(", ") if each]
    return value


@pytest.mark.parametrize("table", [question.table for question in text_questions()])
def test_the_document_has_the_values_of_the_tables(
    world: BuiltCluster, described: dict[str, Any], table: str
) -> None:
    columns, keys = [column.key for column in TABLES[table].columns], keys_of(TABLES[table])
    shown = {}
    for row in page(world, table).rows:
        cells = dict(zip(columns, row, strict=True))
        shown[tuple(cells[key] for key in keys)] = cells
    found = entries(described, table)
    assert len(found) >= 3
    for entry in found:
        cells = shown[tuple(entry[field_of(table, key)] for key in keys)]
        for column in columns:
            if (table, column) not in DERIVED | COUNTED_ON:
                field = field_of(table, column)
                assert entry[field] == in_the_units_of_the_document(column, field, cells[column]), column
