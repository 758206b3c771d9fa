"""Readers of tables with one row per object of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Tone
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import (
    Fact,
    Getter,
    RowRequest,
    ScopeRule,
    TableReader,
    column_getters,
    no_values,
)
from scaler_monitor.query.rows.entity_rows import EntityRows


def entity_reader(
    key: str,
    entities: Callable[[ClusterState], Sequence[Any]],
    row_id: Callable[[Any], str],
    *,
    values: Callable[[ClusterState, float], dict[str, Getter]] = no_values,
    shown: dict[str, Getter] | None = None,
    mark: Callable[[ClusterState], Callable[[Any], str]] | None = None,
    scope_rules: Mapping[str, ScopeRule] = {},
    tones: Mapping[str, Callable[[Any], Tone]] = {},
    more_facts: Callable[[ClusterState, str], list[Fact]] | None = None,
) -> TableReader:
    """Return the reader of table `key`. Columns are read by `values`, or from their `field`.

    `shown` has getters for columns whose displayed value differs from the value for sort and filter. `mark`
    returns the function that gives a row's mark. The other arguments are fields of `TableReader`.
    """

    def rows(request: RowRequest) -> EntityRows[Any]:
        cluster, table = request.cluster, TABLES[key]
        return EntityRows(
            table,
            entities(cluster),
            column_getters(table, values(cluster, request.now)),
            row_id,
            None if mark is None else mark(cluster),
            shown=shown,
        )

    return TableReader(
        key,
        rows,
        entities=entities,
        values=values,
        scope_rules=scope_rules,
        tones=tones,
        more_facts=more_facts,
    )
