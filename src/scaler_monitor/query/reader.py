"""How a table is read from the model: what `query/tables/` has one of for each table of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion, Tone
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.lasting import LastingColumns
from scaler_monitor.query.rows.row_set import RowSet

Getter = Callable[[Any], Any]
"""Reads one value of what a row is made of."""

Fact = tuple[str, str]
"""Label and text."""

Conditions = tuple[tuple[str, Container[object]], ...]
"""Column keys, each with the values that rows must have in it; without any there are no such rows."""

Members = Callable[[ClusterState, str], Conditions]
"""Says which rows belong to the thing of a row id."""


class Asked(NamedTuple):
    """What rows are made for."""

    cluster: ClusterState
    now: float  # unix seconds
    question: TableQuestion
    columns: LastingColumns


def no_values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    """For a table whose columns are all fields of what its rows are made of."""
    return {}


def one_row_set(question: TableQuestion) -> Hashable:  # noqa: ARG001
    """For a table whose rows before scope and filter are the same for every question."""
    return ()


@dataclass(frozen=True)
class TableReader:
    """Rows of one table, and what else is known of them.

    Rows are made once for a state of the cluster and all questions with the same `row_set_key`.
    """

    key: str
    rows: Callable[[Asked], RowSet]
    row_set_key: Callable[[TableQuestion], Hashable] = one_row_set
    entities: Callable[[ClusterState], Iterable[Any]] | None = None  # one a row
    values: Callable[[ClusterState, float], dict[str, Getter]] = (
        no_values  # by column, where no field is read
    )
    members: Mapping[str, Members] = field(default_factory=dict)  # by kind: those of `TableSpec.scopes`
    tones: Mapping[str, Callable[[Any], Tone]] = field(default_factory=dict)  # by column
    facts: Callable[[ClusterState, str, float], list[Fact]] | None = None  # of a page that shows no row
    more_facts: Callable[[ClusterState, str], list[Fact]] | None = None  # beyond those of its row
    departure: Callable[[ClusterState, str], str] | None = None  # what is said of one that has left
    left_out: Callable[[ClusterState], int] | None = None  # as TablePage.left_out


def column_getters(table: TableSpec, values: Mapping[str, Getter]) -> dict[str, Getter]:
    """Return what reads each column of an entity: `values`, and for columns not in it their `field`."""
    fields = {column.key: column.field or column.key for column in table.columns if column.key not in values}
    return {key: read_field(path) for key, path in fields.items()} | dict(values)


def read_field(path: str) -> Getter:
    """Return what reads a field, or a field of a field: None where what is on the way there is None."""
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
