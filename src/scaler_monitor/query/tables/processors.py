"""Rows of processors: one each, or one for a worker that is folded or has none."""

from __future__ import annotations

from collections.abc import Hashable

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.members import of_task
from scaler_monitor.query.reader import Asked, TableReader
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.processor_places import Place, places_of
from scaler_monitor.query.rows.processor_values import ProcessorValues
from scaler_monitor.query.rows.task_values import run_length
from scaler_monitor.query.rows.worker_queues import WorkerQueues


def _rows(asked: Asked) -> EntityRows[Place]:
    cluster, table, names = asked.cluster, TABLES["processors"], asked.columns.names
    columns = cluster.workers.columns
    if columns is None:
        return EntityRows(table, [], {}, str)
    workers, pids = cluster.workers.names, columns.processors.pid.tolist()
    silent, leaving = cluster.workers.silent.tolist(), cluster.workers.leaving

    def row_id(place: Place) -> str:
        name = workers[place.worker]
        return name if place.folded else f"{name}/{pids[place.first]}"

    def mark(place: Place) -> str:
        if workers[place.worker] in leaving:
            return "departed"
        return "stale" if silent[place.worker] else ""

    places = places_of(columns, workers, asked.question.folded)
    values = ProcessorValues(table, cluster, columns, WorkerQueues(cluster), names)
    age, over = values.getters["task_age"], values.getters["over"]
    return EntityRows(
        table,
        places,
        values.getters,
        row_id,
        mark,
        ties="position",
        whole=values.whole(places),
        shown={"task_age": lambda place: run_length(age(place), over(place))},
    )


def _row_set_key(question: TableQuestion) -> Hashable:
    return tuple(question.folded)


READER = TableReader(
    "processors",
    _rows,
    row_set_key=_row_set_key,
    members={"task": of_task},
    tones={"task_age": tones.task_age, "over": tones.overdue},
)
