"""Readers of tables whose rows are one object of the model each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Tone
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import (
    Asked,
    Fact,
    Getter,
    Members,
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
    members: Mapping[str, Members] = {},
    tones: Mapping[str, Callable[[Any], Tone]] = {},
    more_facts: Callable[[ClusterState, str], list[Fact]] | None = None,
) -> TableReader:
    """Return the reader of a table: a column is the `field` that it names, or read by `values`.

    `shown` reads those columns of which a row shows more than it is sorted and filtered by; `mark` gives what
    marks rows; the others are as in `TableReader`.
    """

    def rows(asked: Asked) -> EntityRows[Any]:
        cluster, table = asked.cluster, TABLES[key]
        return EntityRows(
            table,
            entities(cluster),
            column_getters(table, values(cluster, asked.now)),
            row_id,
            None if mark is None else mark(cluster),
            shown=shown,
        )

    return TableReader(
        key, rows, entities=entities, values=values, members=members, tones=tones, more_facts=more_facts
    )
