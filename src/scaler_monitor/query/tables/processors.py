"""Reads the processor table: one row per processor, or per worker that is folded or has none."""

from __future__ import annotations

from collections.abc import Hashable

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.reader import RowRequest, TableReader
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.processor_ranges import ProcessorRange, processor_ranges
from scaler_monitor.query.rows.processor_values import ProcessorValues
from scaler_monitor.query.rows.task_values import displayed_age
from scaler_monitor.query.rows.worker_queues import WorkerQueues
from scaler_monitor.query.scope_rules import worker_of_task


def _rows(request: RowRequest) -> EntityRows[ProcessorRange]:
    cluster, table, names = request.cluster, TABLES["processors"], request.columns.names
    columns = cluster.workers.columns
    if columns is None:
        return EntityRows(table, [], {}, str)
    workers, pids = cluster.workers.names, columns.processors.pid.tolist()
    silent, leaving = cluster.workers.silent.tolist(), cluster.workers.leaving

    def row_id(row: ProcessorRange) -> str:
        name = workers[row.worker]
        return name if row.folded else f"{name}/{pids[row.first]}"

    def mark(row: ProcessorRange) -> str:
        if workers[row.worker] in leaving:
            return "departed"
        return "stale" if silent[row.worker] else ""

    ranges = processor_ranges(columns, workers, request.question.folded)
    values = ProcessorValues(table, cluster, columns, WorkerQueues(cluster), names)
    age, over = values.getters["task_age"], values.getters["over"]
    return EntityRows(
        table,
        ranges,
        values.getters,
        row_id,
        mark,
        ties="position",
        whole=values.whole(ranges),
        shown={"task_age": lambda row: displayed_age(age(row), over(row))},
    )


def _row_set_key(question: TableQuestion) -> Hashable:
    return tuple(question.folded)


READER = TableReader(
    "processors",
    _rows,
    row_set_key=_row_set_key,
    scope_rules={"task": worker_of_task},
    tones={"task_age": tones.task_age, "over": tones.overdue},
)
