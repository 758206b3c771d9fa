"""The reader of a table: how its rows are read from the model. `query/tables/` has one for each table."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion, Tone
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.cached_columns import CachedColumns
from scaler_monitor.query.rows.row_set import RowSet

Getter = Callable[[Any], Any]
"""Returns the value of one column from the object of a row."""

Fact = tuple[str, str]
"""(label, text)."""

Conditions = tuple[tuple[str, Container[object]], ...]
"""Column keys with the allowed values; a row must meet all. Without conditions no row matches."""

ScopeRule = Callable[[ClusterState, str], Conditions]
"""Returns the conditions for the rows that belong to the entity with a row id."""


class RowRequest(NamedTuple):
    """Arguments of `TableReader.rows`."""

    cluster: ClusterState
    now: float  # unix seconds
    question: TableQuestion
    columns: CachedColumns


def no_values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    """Return no getters: all columns of the table are fields."""
    return {}


def one_row_set(question: TableQuestion) -> Hashable:  # noqa: ARG001
    """Return the same key for every question: rows before scope and filter do not depend on it."""
    return ()


@dataclass(frozen=True)
class TableReader:
    """Reads the rows of one table from the model, and facts for the pages of its entities.

    Rows are read once per state of the cluster and `row_set_key`.
    """

    key: str
    rows: Callable[[RowRequest], RowSet]
    row_set_key: Callable[[TableQuestion], Hashable] = one_row_set
    entities: Callable[[ClusterState], Iterable[Any]] | None = None  # the objects of the rows
    values: Callable[[ClusterState, float], dict[str, Getter]] = (
        no_values  # getters of computed columns, by key
    )
    scope_rules: Mapping[str, ScopeRule] = field(default_factory=dict)  # by kind in `TableSpec.scopes`
    tones: Mapping[str, Callable[[Any], Tone]] = field(default_factory=dict)  # by column key
    facts: Callable[[ClusterState, str, float], list[Fact]] | None = (
        None  # all facts, if they are not columns
    )
    more_facts: Callable[[ClusterState, str], list[Fact]] | None = None  # in addition to the columns
    departure: Callable[[ClusterState, str], str] | None = None  # text for a departed entity
    left_out: Callable[[ClusterState], int] | None = None  # see TablePage.left_out


def column_getters(table: TableSpec, values: Mapping[str, Getter]) -> dict[str, Getter]:
    """Return the getter of each column, by key: those in `values`, and attribute access for the others."""
    fields = {column.key: column.field or column.key for column in table.columns if column.key not in values}
    return {key: read_field(path) for key, path in fields.items()} | dict(values)


def read_field(path: str) -> Getter:
    """Return the getter of an attribute path such as `a.b`; it returns None if `a` is None."""
    names = path.split(".")
    if len(names) == 1:
        return attrgetter(path)

    def read(entity: Any) -> Any:
        for name in names:
            if entity is None:
                return None
            entity = getattr(entity, name)
        return entity

    return read
