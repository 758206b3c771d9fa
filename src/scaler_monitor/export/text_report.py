"""The text report, made from the JSON document, in the sections of upstream's scaler_top."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

from scaler_monitor.export.json_values import FROM_JSON
from scaler_monitor.export.text_table import TextColumn, min_line_width, text_table, truncate
from scaler_monitor.protocol.format import amounts, durations, format_value, labels, number
from scaler_monitor.protocol.table_spec import ColumnSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.worker_figures import memory_permille

WIDE = 160
"""Default line width in cells."""

_SEPARATOR = " | "
_NAME_CELLS = 24

Block = list[str]


def text_report(described: Mapping[str, Any], width: int = WIDE) -> str:
    """Return the document as lines of at most `width` cells; ASCII, except for names of the cluster."""
    tables = [
        _pairs("scheduler", _scheduler(described["scheduler"])),
        _pairs("object_manager", _objects(described)),
        _pairs("task_manager", _states(described["tasks"])),
        _pairs("scheduler_sent", _messages(described["messages"]["sent"])),
        _pairs("scheduler_received", _messages(described["messages"]["received"])),
    ]
    lines = [
        *_source(described, width),
        *_findings(described, width),
        *_flow(tables, width),
        "",
        _totals(described),
        _tasks(described["tasks"]),
    ]
    workers = _workers(described["workers"] or [])
    side = _side(described, _NAME_CELLS)
    beside = width - max(map(len, side)) - len(_SEPARATOR)
    if workers and min_line_width(workers) <= beside:
        table = text_table(workers, beside)
        side = _side(described, _NAME_CELLS + beside - len(table[0]))
        lines += _join([table, side])
    else:
        table = text_table(workers, width) if workers else ["No workers"]
        lines += [*table, "", *_side(described, width)]
    return "\n".join(line[:width].rstrip() for line in lines) + "\n"


def _source(described: Mapping[str, Any], width: int) -> list[str]:
    source = described["source"]
    wire = f" {source['wire']}" if source["wire"] else ""
    age = source["report_age_seconds"]
    report = "no report yet" if age is None else f"report {durations.format_age(age)} old"
    losses = f"malformed {source['malformed']:,}, dropped {source['dropped']:,}"
    if source["refused"]:
        losses += f", refused {source['refused']:,} (the monitor's fault)"
    lines = [
        f"{_date_and_time(described['time'])} {source['state']} {source['address']}{wire}",
        f"{report}, {source['frames']:,} frames, {losses}",
        source["problem"] or "",
    ]
    return [*(line for text in lines for line in textwrap.wrap(text, width)), ""]


def _findings(described: Mapping[str, Any], width: int) -> list[str]:
    """Return the findings that go on, the worst first, each with its severity and age."""
    lines = []
    for finding in described["findings"]:
        if finding["ended"] is None:
            age = durations.format_age(described["time"] - finding["since"])
            head = f"{finding['severity']:<8} {age:>6}  "
            lines += textwrap.wrap(
                finding["text"], width, initial_indent=head, subsequent_indent=" " * len(head)
            )
    return [*lines, ""] if lines else []


def _date_and_time(unix_seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_seconds))


def _side(described: Mapping[str, Any], name_cells: int) -> Block:
    """Return the lists of clients and functions."""
    since = durations.format_time(described["source"]["watching_since"])
    return [
        *_pairs("client_manager", _clients(described["clients"]), name_cells),
        "",
        *_pairs(f"func_to_num_tasks since {since}", _functions(described["functions"]), name_cells),
    ]


def _totals(described: Mapping[str, Any]) -> str:
    if described["workers"] is None:
        return "Total - manager(s) with - worker(s)"
    pending = sum(row["pending_workers"] or 0 for row in described["managers"])
    end = f", {pending} pending" if pending else ""
    silent = sum(row["last_seen_seconds"] > durations.STALE_SECONDS for row in described["workers"])
    end += f", {silent} silent" if silent else ""
    overdue = described["tasks"]["overdue"]
    end += f", {overdue} overdue" if overdue else ""
    return f"Total {len(described['managers'])} manager(s) with {len(described['workers'])} worker(s){end}"


def _tasks(tasks: Mapping[str, Any]) -> str:
    """Return the line with the numbers of inactive, queued and running tasks."""
    inactive, queued, running = (
        amounts.format_integer(tasks[name]) for name in ("inactive", "queued", "running")
    )
    return f"Tasks {inactive} inactive at the scheduler, {queued} queued at workers, {running} running"


def _scheduler(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    cpu = figures["cpu_percent"]
    return [
        ("cpu", amounts.format_permille(None if cpu is None else cpu * 10)),
        ("rss", amounts.format_bytes(figures["rss_bytes"])),
        ("rss_free", amounts.format_bytes(figures["rss_free_bytes"])),
    ]


def _objects(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    storage = described["storage"] or {}
    return [
        ("num_of_objs", amounts.format_integer(described["objects_total"])),
        ("storage_objs", amounts.format_integer(storage.get("objects"))),
        ("storage_size", amounts.format_bytes(storage.get("bytes"))),
        ("storage_wait", amounts.format_integer(storage.get("pending_requests"))),
        ("wait_objs", amounts.format_integer(storage.get("pending_objects"))),
    ]


def _states(tasks: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the scheduler's task counts by state, or else the ended tasks that were seen."""
    if tasks["states"] is None:
        seen = [(f"{state} (seen)", amounts.format_integer(count)) for state, count in tasks["seen"].items()]
        return seen or [("unknown", number.DASH)]
    return [
        (labels.state_label(state), amounts.format_integer(count)) for state, count in tasks["states"].items()
    ]


def _messages(counts: Mapping[str, int] | None) -> list[tuple[str, str]]:
    if counts is None:
        return [("unknown", number.DASH)]
    return [(name, amounts.format_integer(count)) for name, count in sorted(counts.items())]


def _clients(rows: Iterable[Mapping[str, Any]] | None) -> list[tuple[str, str]]:
    if rows is None:
        return [("unknown", number.DASH)]
    busiest = sorted(rows, key=lambda row: (-row["tasks"], row["id"]))
    return [(row["id"], amounts.format_integer(row["tasks"])) for row in busiest]


def _functions(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    busiest = sorted(rows, key=lambda row: (-row["tasks"], row["name"]))
    return [
        (
            labels.format_shared_name(labels.format_name(row["name"]), row["names"], row["names_left_out"]),
            amounts.format_integer(row["tasks"]),
        )
        for row in busiest
    ]


def _pairs(title: str, pairs: list[tuple[str, str]], name_cells: int = _NAME_CELLS) -> Block:
    """Return a block: a title, then lines with name and value, all of equal width."""
    short = [(truncate(name, name_cells), value) for name, value in pairs]
    names = max((len(name) for name, _ in short), default=0)
    values = max((len(value) for _, value in short), default=0)
    whole = max(len(title), names + 1 + values)
    return [
        title.ljust(whole),
        *(f"{name.ljust(whole - values)}{value.rjust(values)}" for name, value in short),
    ]


def _join(blocks: list[Block]) -> Block:
    """Return blocks side by side."""
    widths = [max(map(len, block), default=0) for block in blocks]
    return [
        _SEPARATOR.join(line.ljust(width) for line, width in zip(line_parts, widths, strict=True))
        for line_parts in zip_longest(*blocks, fillvalue="")
    ]


def _flow(blocks: list[Block], width: int) -> Block:
    """Return blocks side by side, with a new row of blocks if `width` is exceeded."""
    lines: Block = []
    row: list[Block] = []
    for block in blocks:
        if row and len(_join([*row, block])[0]) > width:
            lines += [*_join(row), ""]
            row = []
        row.append(block)
    return lines + _join(row)


class _WorkerColumn(NamedTuple):
    """Layout of a column of the worker table; title "" means the title of its ColumnSpec."""

    key: str
    min_width: int = 0
    rank: int = 0
    grow: int = 0
    title: str = ""


_WORKER_COLUMNS = (
    _WorkerColumn("manager", 12, rank=5, grow=2),
    _WorkerColumn("worker", 22, grow=3),
    _WorkerColumn("agt_cpu", rank=3),
    _WorkerColumn("agt_rss", rank=4),
    _WorkerColumn("cpu", 6),
    _WorkerColumn("rss", 5),
    _WorkerColumn("rss_free", rank=1),
    _WorkerColumn("free", 5),
    _WorkerColumn("sent"),
    _WorkerColumn("queued"),
    _WorkerColumn("suspended", title="suspended"),
    _WorkerColumn("lag", 6),
    _WorkerColumn("itl", rank=2),
    _WorkerColumn("host", 16, rank=7, grow=1),
    _WorkerColumn("memory", 5, rank=6),
)
_SHOWN_IN_OTHER_COLUMNS = frozenset({"last_seen"})
"""Columns that another column includes: the lag has the age of the last heartbeat."""

_COMPUTED: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "rss": lambda row: row["rss_bytes"],
    "lag": lambda row: (row["lag_microseconds"], row["last_seen_seconds"]),
    "memory": lambda row: memory_permille(row["memory_limit_bytes"], row["rss_free_bytes"]),
}
"""Getters of columns that are computed from several values in the document, by column key."""


def _workers(rows: list[Mapping[str, Any]]) -> list[TextColumn]:
    """Return the columns of the worker table: upstream's, then all others in the document; most CPU first."""
    if not rows:
        return []
    busiest = sorted(rows, key=lambda row: (-(row["cpu_percent"] or 0), row["id"]))
    table, named = TABLES["workers"], {layout.key for layout in _WORKER_COLUMNS} | _SHOWN_IN_OTHER_COLUMNS
    others = (
        _WorkerColumn(column.key, rank=column.rank, grow=column.grow)
        for column in table.columns
        if column.json and not column.hidden and column.key not in named
    )
    return [
        _worker_column(table.column(layout.key), layout, busiest) for layout in (*_WORKER_COLUMNS, *others)
    ]


def _worker_column(column: ColumnSpec, layout: _WorkerColumn, rows: list[Mapping[str, Any]]) -> TextColumn:
    get, raw = _COMPUTED.get(column.key, itemgetter(column.json)), FROM_JSON.get(column.kind)
    values = map(get, rows) if raw is None or column.key in _COMPUTED else map(raw, map(get, rows))
    cells = [format_value(column.kind, value) for value in values]
    name = column.align == "left"
    return TextColumn(layout.title or column.title, cells, name, layout.min_width, layout.rank, layout.grow)
