"""The state as text, in the sections of upstream's documented screen; made from the JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from scaler_monitor.views import format as f

WIDE = 160
"""Cells a line when nobody says how many there are."""

_SEPARATOR = " | "
_NAME_CELLS = 24

Block = list[str]

WORKER_COLUMNS = (
    *("manager", "worker", "agt_cpu", "agt_rss", "cpu", "rss", "rss_free", "free", "sent", "queued"),
    *("suspended", "lag", "ITL", "host", "mem%"),
)
_OPTIONAL_COLUMNS = ("host", "mem%", "manager", "agt_rss", "agt_cpu", "ITL", "rss_free")
"""What leaves the worker table first where the line is too short."""


def text_report(described: Mapping[str, Any], width: int = WIDE) -> str:
    """Return the document as lines of at most `width` cells, in ASCII where the cluster's names are."""
    tables = [
        _pairs("scheduler", _scheduler(described["scheduler"])),
        _pairs("object_manager", _objects(described)),
        _pairs("task_manager", _counts(described["tasks"]["states"])),
        _pairs("scheduler_sent", _counts(described["messages"]["sent"])),
        _pairs("scheduler_received", _counts(described["messages"]["received"])),
    ]
    lines = [*_source(described["source"]), *_flow(tables, width), "", _totals(described)]
    side = [
        *_pairs("client_manager", _clients(described["clients"])),
        "",
        *_pairs("func_to_num_tasks", _functions(described["functions"])),
    ]
    side_width = max(map(len, side))
    beside = width - side_width - len(_SEPARATOR)
    workers = described["workers"] or []
    if beside >= 60:
        lines += _join([_workers(workers, beside), side])
    else:
        lines += [*_workers(workers, width), "", *side]
    return "\n".join(line[:width].rstrip() for line in lines) + "\n"


def _source(source: Mapping[str, Any]) -> list[str]:
    wire = f" {source['wire']}" if source["wire"] else ""
    age = source["report_age_seconds"]
    told = "no report yet" if age is None else f"report {f.format_age(age)} old"
    state = "connected" if source["connected"] else "not connected"
    losses = f"malformed {source['malformed']:,}, dropped {source['dropped']:,}"
    since = f"functions seen since {f.format_time(source['watching_since'])}"
    return [
        f"{source['address']}{wire} {state}",
        f"{told}, {f.counted(source['frames'], 'frame')}, {losses}, {since}",
        "",
    ]


def _totals(described: Mapping[str, Any]) -> str:
    if described["workers"] is None:
        return "Total - manager(s) with - worker(s)"
    pending = sum(row["pending_workers"] or 0 for row in described["managers"])
    end = f", {pending} pending" if pending else ""
    silent = sum(row["last_seen_seconds"] > f.STALE_SECONDS for row in described["workers"])
    end += f", {silent} silent" if silent else ""
    return f"Total {len(described['managers'])} manager(s) with {len(described['workers'])} worker(s){end}"


def _scheduler(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    cpu = figures["cpu_percent"]
    return [
        ("cpu", f.format_permille(None if cpu is None else cpu * 10)),
        ("rss", f.format_bytes(figures["rss_bytes"])),
        ("rss_free", f.format_bytes(figures["rss_free_bytes"])),
    ]


def _objects(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    storage = described["storage"] or {}
    return [
        ("num_of_objs", f.format_integer(described["objects_total"])),
        ("storage_objs", f.format_integer(storage.get("objects"))),
        ("storage_size", f.format_bytes(storage.get("bytes"))),
        ("storage_wait", f.format_integer(storage.get("pending_requests"))),
    ]


def _counts(counts: Mapping[str, int] | None) -> list[tuple[str, str]]:
    if counts is None:
        return [("unknown", f.DASH)]
    return [(name, f.format_integer(count)) for name, count in sorted(counts.items())]


def _clients(rows: Iterable[Mapping[str, Any]] | None) -> list[tuple[str, str]]:
    if rows is None:
        return [("unknown", f.DASH)]
    busiest = sorted(rows, key=lambda row: (-row["tasks"], row["id"]))
    return [(row["id"], f.format_integer(row["tasks"])) for row in busiest]


def _functions(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    busiest = sorted(rows, key=lambda row: (-row["tasks"], row["name"]))
    return [(f.format_name(row["name"]), f.format_integer(row["tasks"])) for row in busiest]


def _pairs(title: str, pairs: list[tuple[str, str]]) -> Block:
    """A title over names on the left and values on the right, all lines of one width."""
    cut = [(_cut(name, _NAME_CELLS), value) for name, value in pairs]
    names = max((len(name) for name, _ in cut), default=0)
    values = max((len(value) for _, value in cut), default=0)
    whole = max(len(title), names + 1 + values)
    return [
        title.ljust(whole),
        *(f"{name.ljust(whole - values)}{value.rjust(values)}" for name, value in cut),
    ]


def _cut(text: str, cells: int) -> str:
    return text if len(text) <= cells else f"{text[: cells - 1]}+"


def _join(blocks: list[Block]) -> Block:
    """Put blocks side by side."""
    widths = [max(map(len, block), default=0) for block in blocks]
    return [
        _SEPARATOR.join(line.ljust(width) for line, width in zip(line_parts, widths, strict=True))
        for line_parts in zip_longest(*blocks, fillvalue="")
    ]


def _flow(blocks: list[Block], width: int) -> Block:
    """Put blocks side by side, as many as fit, then go on below."""
    lines: Block = []
    row: list[Block] = []
    for block in blocks:
        if row and len(_join([*row, block])[0]) > width:
            lines += [*_join(row), ""]
            row = []
        row.append(block)
    return lines + _join(row)


def _workers(rows: list[Mapping[str, Any]], width: int) -> Block:
    """The worker table, most cpu first, without its lesser columns where it is wider than `width`."""
    if not rows:
        return ["No workers"]
    busiest = sorted(rows, key=lambda row: (-(row["cpu_percent"] or 0), row["id"]))
    columns = list(WORKER_COLUMNS)
    cells = [_worker_cells(row) for row in busiest]
    widths = {key: max(len(key), *(len(cell[key]) for cell in cells)) for key in columns}
    for key in _OPTIONAL_COLUMNS:
        if sum(widths[column] + 1 for column in columns) <= width:
            break
        columns.remove(key)
    left = ("manager", "worker", "host")
    lines = [dict(zip(columns, columns, strict=True)), *cells]
    return [
        " ".join(
            line[key].ljust(widths[key]) if key in left else line[key].rjust(widths[key]) for key in columns
        )
        for line in lines
    ]


def _worker_cells(row: Mapping[str, Any]) -> dict[str, str]:
    limit, free = row["memory_limit_bytes"], row["rss_free_bytes"]
    return {
        "manager": _cut(f.format_text(row["manager"]), 12),
        "worker": _cut(row["id"], 22),
        "agt_cpu": f.format_permille(row["agent_cpu_percent"] * 10),
        "agt_rss": f.format_bytes(row["agent_rss_bytes"]),
        "cpu": f.format_permille(row["cpu_percent"] * 10),
        "rss": f.format_bytes(row["rss_bytes"]),
        "rss_free": f.format_bytes(free),
        "free": f.format_count(row["free"]),
        "sent": f.format_count(row["sent"]),
        "queued": f.format_count(row["queued"]),
        "suspended": f.format_count(row["suspended"]),
        "lag": f.format_lag((row["lag_microseconds"], row["last_seen_seconds"])),
        "ITL": row["itl"],
        "host": _cut(f.format_text(row["host"]), 16),
        "mem%": f.format_permille(None if not limit else max(limit - free, 0) * 1000 / limit),
    }
