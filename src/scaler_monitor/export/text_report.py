"""The state as text, in the sections of upstream's documented screen; made from the JSON document."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any

from scaler_monitor.export.text_table import TextColumn, cut, least_width, text_table
from scaler_monitor.protocol.format import amounts, durations, labels, number
from scaler_monitor.query.rows.worker_figures import memory_permille

WIDE = 160
"""Cells a line when nobody says how many there are."""

_SEPARATOR = " | "
_NAME_CELLS = 24

Block = list[str]


def text_report(described: Mapping[str, Any], width: int = WIDE) -> str:
    """Return the document as lines of at most `width` cells, in ASCII where the cluster's names are."""
    tables = [
        _pairs("scheduler", _scheduler(described["scheduler"])),
        _pairs("object_manager", _objects(described)),
        _pairs("task_manager", _states(described["tasks"])),
        _pairs("scheduler_sent", _messages(described["messages"]["sent"])),
        _pairs("scheduler_received", _messages(described["messages"]["received"])),
    ]
    lines = [
        *_source(described, width),
        *_flow(tables, width),
        "",
        _totals(described),
        _tasks(described["tasks"]),
    ]
    workers = _workers(described["workers"] or [])
    side = _side(described, _NAME_CELLS)
    beside = width - max(map(len, side)) - len(_SEPARATOR)
    if workers and least_width(workers) <= beside:
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
    told = [
        f"{_date_and_time(described['time'])} {source['state']} {source['address']}{wire}",
        f"{report}, {source['frames']:,} frames, {losses}",
        source["problem"] or "",
    ]
    return [*(line for text in told for line in textwrap.wrap(text, width)), ""]


def _date_and_time(unix_seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_seconds))


def _side(described: Mapping[str, Any], name_cells: int) -> Block:
    """Who submits and what is run: beside the workers, or below them."""
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
    """Where tasks wait and run: at the scheduler by its own count, at workers and on processors by theirs."""
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
    """Task states in the order of a task's life, as the scheduler counts them, else as seen to end."""
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
    """A title over names on the left and values on the right, all lines of one width."""
    short = [(cut(name, name_cells), value) for name, value in pairs]
    names = max((len(name) for name, _ in short), default=0)
    values = max((len(value) for _, value in short), default=0)
    whole = max(len(title), names + 1 + values)
    return [
        title.ljust(whole),
        *(f"{name.ljust(whole - values)}{value.rjust(values)}" for name, value in short),
    ]


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


def _workers(rows: list[Mapping[str, Any]]) -> list[TextColumn]:
    """The worker table, most cpu first."""
    busiest = sorted(rows, key=lambda row: (-(row["cpu_percent"] or 0), row["id"]))

    def name(key: str, title: str, least: int, rank: int, grow: int) -> TextColumn:
        return TextColumn(title, [labels.format_text(row[key]) for row in busiest], True, least, rank, grow)

    def figure(
        title: str, text: Callable[[Mapping[str, Any]], str], least: int = 0, rank: int = 0
    ) -> TextColumn:
        return TextColumn(title, [text(row) for row in busiest], least=least, rank=rank)

    if not rows:
        return []
    return [
        name("manager", "manager", 12, rank=5, grow=2),
        name("id", "worker", 22, rank=0, grow=3),
        figure("agt_cpu", lambda row: amounts.format_permille(row["agent_cpu_percent"] * 10), rank=3),
        figure("agt_rss", lambda row: amounts.format_bytes(row["agent_rss_bytes"]), rank=4),
        figure("cpu", lambda row: amounts.format_permille(row["cpu_percent"] * 10), 6),
        figure("rss", lambda row: amounts.format_bytes(row["rss_bytes"]), 5),
        figure("rss_free", lambda row: amounts.format_bytes(row["rss_free_bytes"]), rank=1),
        figure("free", lambda row: amounts.format_count(row["free"]), 5),
        figure("sent", lambda row: amounts.format_count(row["sent"])),
        figure("queued", lambda row: amounts.format_count(row["queued"])),
        figure("suspended", lambda row: amounts.format_count(row["suspended"])),
        figure(
            "lag", lambda row: durations.format_lag((row["lag_microseconds"], row["last_seen_seconds"])), 6
        ),
        figure("ITL", lambda row: labels.format_text(row["itl"]), rank=2),
        name("host", "host", 16, rank=7, grow=1),
        figure("mem%", _memory, 5, rank=6),
    ]


def _memory(row: Mapping[str, Any]) -> str:
    return amounts.format_permille(memory_permille(row["memory_limit_bytes"], row["rss_free_bytes"]))
