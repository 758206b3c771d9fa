"""The worker task stream: the work of the workers that fit the screen, in a time window."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.lanes import MOST_LANES
from scaler_monitor.model.timeline.stream_window import StreamWindow
from scaler_monitor.protocol.format.durations import format_approximate, format_duration, format_time
from scaler_monitor.protocol.format.labels import format_name
from scaler_monitor.protocol.format.number import DASH
from scaler_monitor.protocol.page import (
    ALL,
    FigureQuestion,
    StreamBar,
    StreamFigure,
    StreamLane,
    TableQuestion,
)
from scaler_monitor.query.apply_filter import apply_filter
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.row_cache import row_set
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.scope import rows_in_scope
from scaler_monitor.query.stream_filter import filter_bars, parse_stream_filter
from scaler_monitor.query.stream_legend import capability_names, stream_legend
from scaler_monitor.wire.event import CANCELED_STATES, FAILED_STATES

PROFILED_STATES = frozenset({"success", "failed"})
"""Final states that come with a profile, and so with an exact duration."""

_ENDED_BADLY = FAILED_STATES | CANCELED_STATES


def stream_figure(cluster: ClusterState, question: FigureQuestion, now: float) -> StreamFigure:
    """Return the lanes that fit the screen, grouped by manager, and the facts of the bar at the cursor."""
    end = now - max(question.end_seconds_ago, 0.0)
    start = end - max(question.window_seconds, 1.0)
    rows = row_set(cluster, TableQuestion("workers"), now)
    chosen = parse_stream_filter(question.filter)
    places = _places(rows, cluster, question)
    departed = [] if question.scope_kind else _departed_workers(rows, cluster, start, end)
    workers = len(places) + len(departed)
    if chosen.workers:
        places, departed = places[np.isin(places, apply_filter(rows, chosen.workers))], []
    total = len(places) + len(departed)
    first = min(max(question.first, 0), max(total - 1, 0))
    shown = _shown_workers(rows, places, departed, first, max(question.rows, 0))
    stream = cluster.stream(start, end, [worker.id for worker in shown])
    _assign_lanes(stream, cluster, question, shown, total)
    lanes = [
        Lane(worker, at, bars)
        for worker, of_worker in zip(shown, stream.bars(max(question.cells, 1)), strict=True)
        for at, bars in enumerate(of_worker)
    ][: max(question.rows, 0)]
    if chosen.bars:
        kept = filter_bars([lane.bars for lane in lanes], chosen.bars)
        lanes = [lane._replace(bars=bars) for lane, bars in zip(lanes, kept, strict=True)]
    bars = chain.from_iterable(lane.bars for lane in lanes)
    legend = stream_legend(cluster.timeline, start, end, bars)
    unknown = _unknown_times(cluster, start, end, now)
    return StreamFigure(
        start=start,
        end=end,
        total=total,
        first=first,
        lanes=[_stream_lane(lane, legend.set_positions) for lane in lanes],
        capabilities=legend.capabilities,
        gaps=[(begin, until) for begin, until, _ in unknown],
        cursor_facts=_cursor_facts(question, lanes, start, end, stream.merged_until, unknown),
        filter_error=chosen.error,
        workers=workers,
        merged_until=stream.merged_until,
        sets=legend.sets,
    )


UnknownTime = tuple[float, float, str]
"""(start, end, reason): unix seconds between which the absence of a bar does not mean idle."""


def _unknown_times(cluster: ClusterState, start: float, end: float, now: float) -> list[UnknownTime]:
    """Return the times of the window in which the absence of a bar does not mean idle."""
    kept_since = now - cluster.limits.history_seconds
    before = "longer ago than is kept" if kept_since > cluster.started else "before this monitor looked"
    known_since = min(max(kept_since, cluster.started), end)
    unknown = [(start, known_since, before)] if known_since > start else []
    return unknown + [(*gap, "not connected then") for gap in cluster.gaps.between(start, end)]


class Worker(NamedTuple):
    """A worker on the page."""

    id: str
    manager: str
    mark: str  # as in TablePage.marks


class Lane(NamedTuple):
    """One lane of a worker."""

    worker: Worker
    at: int  # index among the worker's lanes
    bars: list[Bar]


def _places(rows: RowSet, cluster: ClusterState, question: FigureQuestion) -> NDArray[np.int64]:
    """Return positions in the worker table, sorted by manager and worker; unknown managers are last."""
    positions: NDArray[np.int64] = np.arange(len(rows))
    if question.scope_kind:
        positions = rows_in_scope(cluster, rows, question.scope_kind, question.scope_id)
    columns = (_names(rows, key) for key in ("worker", "manager"))
    # the rank of an unknown name is NaN, which is sorted last
    order = np.lexsort([column.names.ranks()[column.numbers[positions]] for column in columns])
    ordered: NDArray[np.int64] = positions[order]
    return ordered


def _names(rows: RowSet, key: str) -> NameColumn:
    """Return a column of names; an empty one if there are no rows."""
    column = rows.values(key)
    return column if isinstance(column, NameColumn) else NameColumn(np.zeros(0, np.int32), Names())


def _departed_workers(rows: RowSet, cluster: ClusterState, start: float, end: float) -> list[str]:
    """Return the ids of workers with work in the window that are no longer in the worker table."""
    here = cluster.workers.index
    gone = [name for name in cluster.timeline.workers if name not in here and rows.find(name) is None]
    if not gone:
        return []
    return sorted(set(gone).intersection(cluster.timeline.active(start, end)))


def _shown_workers(
    rows: RowSet, places: NDArray[np.int64], departed: list[str], first: int, limit: int
) -> list[Worker]:
    managers = _names(rows, "manager")
    shown = [
        Worker(rows.id_at(at), managers.names.texts[managers.numbers[at]], rows.mark(at))
        for at in places[first : first + limit].tolist()
    ]
    after = max(first - len(places), 0)
    return shown + [Worker(name, "", "departed") for name in departed[after : after + limit - len(shown)]]


def _assign_lanes(
    stream: StreamWindow, cluster: ClusterState, question: FigureQuestion, shown: list[Worker], total: int
) -> None:
    """Unfold the workers that the question names, and the others if all lanes fit the screen."""
    folded, unfolded = set(question.folded), set(question.unfolded)

    def asked(worker: str) -> bool | None:
        """Return whether to unfold a worker; None if it depends on the space."""
        if worker in folded or worker in unfolded:
            return worker in unfolded
        return ALL in unfolded if ALL in folded or ALL in unfolded else None

    wanted = [asked(worker.id) for worker in shown]
    managers = len({worker.manager for worker in shown})
    room = total == len(shown) and total + managers < question.rows
    most = [
        _processors(cluster, worker.id) if want or (want is None and room) else 1
        for worker, want in zip(shown, wanted, strict=True)
    ]
    if max(most, default=1) == 1:
        return
    stream.assign_lanes(most)
    if sum(stream.lanes) + managers > question.rows:
        stream.merge_lanes([at for at, want in enumerate(wanted) if want is None])


def _processors(cluster: ClusterState, worker: str) -> int:
    """Return the number of a worker's processors, as far as it is known."""
    workers = cluster.workers
    at, departed = workers.index.get(worker), workers.departed.get(worker)
    if at is not None:
        return int(workers.processor_count[at])
    return MOST_LANES if departed is None else departed.processors


def _stream_lane(lane: Lane, places: dict[str | None, int]) -> StreamLane:
    """Return the lane of the answer: only the bar in which a task failed has the failed state."""
    bars = [
        StreamBar(
            first,
            last,
            tasks,
            state if failed or canceled or state not in _ENDED_BADLY else "success",
            places.get(sets, 0),
            function or "",
            task.hex(),
            busy,
            ended,
            failed,
            canceled,
        )
        # a page has many thousands of bars: unpacking and positional arguments halve the cost
        for first, last, tasks, state, sets, function, task, busy, ended, failed, canceled, _ in lane.bars
    ]
    return StreamLane(
        worker=lane.worker.id,
        manager=lane.worker.manager,
        bars=bars,
        mark=lane.worker.mark,
        lane=lane.at,
    )


def _cursor_facts(
    question: FigureQuestion,
    lanes: list[Lane],
    start: float,
    end: float,
    merged_until: float | None,
    unknown: list[UnknownTime],
) -> list[tuple[str, str]]:
    """Return the facts of the bar at the cursor: (label, text)."""
    cell, here = question.cursor_cell, (question.cursor_row, question.cursor_lane)
    lane = next((lane for lane in lanes if (lane.worker.id, lane.at) == here), None)
    if lane is None or cell < 0:
        return []
    moment = start + (cell + 0.5) * (end - start) / max(question.cells, 1)
    facts = [("worker", question.cursor_row), ("time", format_time(moment))]
    bar = next((bar for bar in lane.bars if bar.first_cell <= cell <= bar.last_cell), None)
    if bar is None:
        if lane.at and merged_until is not None and moment < merged_until:
            return [*facts, ("state", f"shown in lane 1, as all before {format_time(merged_until)}")]
        why = next((why for begin, until, why in unknown if begin <= moment < until), "")
        return [*facts, ("state", f"unknown: {why}" if why else "idle")]
    facts.append(("function", format_name(bar.function)))
    needs = ", ".join(capability_names(bar.capabilities))
    if bar.tasks != 1:
        facts += [("tasks", f"{bar.tasks:,}"), ("busy", f"{bar.busy:.0%}")]
        ended = (
            ("success", bar.ended - bar.failed - bar.canceled),
            ("failed", bar.failed),
            ("canceled", bar.canceled),
            ("going on", bar.tasks - bar.ended),
        )
        facts += [(label, f"{count:,}") for label, count in ended if count > 0]
        return [*facts, ("needs mostly", needs)]
    facts.append(("state", bar.state))
    format_seconds = format_duration if bar.state in PROFILED_STATES else format_approximate
    took = DASH if bar.seconds is None else format_seconds(bar.seconds)
    return [
        *facts,
        ("duration", took),
        ("task", bar.task_id.hex()),
        ("needs", needs),
    ]
