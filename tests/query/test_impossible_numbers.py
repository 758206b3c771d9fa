"""Peers may send the maximum integer for unknown: it is shown as unknown, and not added to sums."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from tests.model.worlds import number, report, task
from tests.present import present
from tests.scenario import START, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import INVALID
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import FigureQuestion, Question, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.answer import answer_question
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.table_page import table_page
from scaler_monitor.ui.tabs.overview_lines import storage_line
from scaler_monitor.ui.top.sections import objects_section
from scaler_monitor.wire.event import (
    ClientStatus,
    ObjectDetail,
    Profile,
    StateObject,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)

MOST_64, MOST_32 = 2**64 - 1, 2**32 - 1
WORKER_FIELDS: dict[str, tuple[type[np.unsignedinteger[Any]], str]] = {
    "agent_rss_bytes": (np.uint64, "agt_rss"),
    "rss_free_bytes": (np.uint64, "rss_free"),
    "memory_limit_bytes": (np.uint64, "memory_limit"),
    "free": (np.uint32, "free"),
    "sent": (np.uint32, "sent"),
    "queued": (np.uint32, "queued"),
    "lag_microseconds": (np.uint64, "lag"),
    "net_sent_bytes": (np.uint64, "net_sent"),
    "net_received_bytes": (np.uint64, "net_received"),
}


def columns_with(columns: WorkerColumns, name: str, first: int) -> WorkerColumns:
    """Return the columns with a given value for the first worker, 1,000 for the others."""
    kind = WORKER_FIELDS[name][0]
    values = np.full(len(columns.worker), 1000, kind)
    values[0] = first
    changed: dict[str, Any] = {name: values}
    return dataclasses.replace(columns, **changed)


def said() -> StateScheduler:
    """Return a report with two workers of one manager, each with one processor."""
    return report({"w0": [number(1)], "w1": [b""]}, {"m": ("w0", "w1")})


def cells(cluster: ClusterState, table: str, row: int = 0) -> dict[str, str]:
    """Return the texts of a row, by column."""
    page = table_page(cluster, TableQuestion(table, descending=False, sort="worker"), START + 2)
    at = page.ids.index(f"w{row}") if table == "workers" else row
    pairs = zip(TABLES[table].columns, page.rows[at], strict=True)
    return {column.key: format_value(column.kind, value) for column, value in pairs}


@pytest.mark.parametrize("name", WORKER_FIELDS)
@pytest.mark.parametrize("value", [MOST_64, INVALID, MOST_32])
def test_of_a_worker(name: str, value: int) -> None:
    kind, key = WORKER_FIELDS[name]
    if (value == MOST_32) != (kind is np.uint32):
        pytest.skip("of the other width")
    model = ClusterModel(START)
    cluster = model.state
    model.apply(dataclasses.replace(said(), workers=columns_with(said().workers, name, value)), START + 1)
    assert cells(cluster, "workers")[key] == "-"
    assert cells(cluster, "workers", 1)[key] not in ("-", "")
    described = json.loads(json.dumps(document(cluster, status_at(cluster, START), START + 2)))
    unknown, known = (worker[name] for worker in described["workers"])
    assert (unknown, known) == (None, 1000)
    assert "-" not in [text[:1] for text in text_report(described).split() if text[1:2].isdigit()]
    machine = cells(cluster, "machines")
    assert not any(text.startswith("-") and len(text) > 1 for text in machine.values()), machine
    if key in machine and key != "memory":
        assert machine[key] != "-"
    if name in ("free", "sent", "queued"):
        assert cells(cluster, "managers")[key] == "1,000"
        assert document(cluster, status_at(cluster, START), START + 2)["managers"][0][name] == 1000
    page = table_page(cluster, TableQuestion("workers", sort=key), START + 2)
    assert page.ids[-1] == "w0"  # what is unknown comes last
    table_page(cluster, TableQuestion("workers", filter=f"{key}>0"), START + 2)
    model.apply(report({}), START + 3)
    assert cells(cluster, "workers")[key] in ("-", "gone 0s")


def test_of_a_processor() -> None:
    model, first = ClusterModel(START), said()
    cluster = model.state
    table = dataclasses.replace(first.workers.processors, rss_bytes=np.array([MOST_64, 1000], np.uint64))
    model.apply(
        dataclasses.replace(first, workers=dataclasses.replace(first.workers, processors=table)), START + 1
    )
    assert cells(cluster, "workers")["rss"] == "-"
    processors = cells(cluster, "processors")
    assert (processors["rss"], processors["peak_rss"]) == ("-", "0B")
    assert describe_overview(cluster, START + 2).worker_rss_bytes == 1000 + 2 * 50
    described = document(cluster, status_at(cluster, START), START + 2)["workers"]
    assert (described[0]["rss_bytes"], described[1]["rss_bytes"]) == (None, 1000)
    assert described[0]["processors"][0]["rss_bytes"] is None
    folded = table_page(cluster, TableQuestion("processors", folded=("*",), sort="rss"), START + 2)
    rss = TABLES["processors"].index("rss")
    assert [row[rss] for row in folded.rows] == [1000, None]


def test_of_all_workers_together() -> None:
    model = ClusterModel(START)
    cluster = model.state
    columns = said().workers
    for name in WORKER_FIELDS:
        kind = WORKER_FIELDS[name][0]
        changed: dict[str, Any] = {name: np.full(2, np.iinfo(kind).max, kind)}
        columns = dataclasses.replace(columns, **changed)
    model.apply(dataclasses.replace(said(), workers=columns), START + 1)
    overview = describe_overview(cluster, START + 2)
    assert (overview.queued, overview.free, overview.agent_rss_bytes) == (None, None, None)
    assert overview.worker_rss_bytes == 2000
    told = document(cluster, status_at(cluster, START), START + 2)
    assert told["tasks"]["queued"] is None
    assert ", - queued at workers, 1 running" in text_report(told)
    machine = cells(cluster, "machines")
    unknown = ("rss_free", "memory", "net_sent", "net_received", "agt_rss", "sent", "queued")
    assert {machine[key] for key in unknown} == {"-"}
    assert machine["rss"] == "1K"  # of the processors, who say
    described = document(cluster, status_at(cluster, START), START + 2)["machines"][0]
    assert {described[name] for name in ("agent_rss_bytes", "sent", "queued")} == {None}
    assert described["rss_bytes"] == 2000
    manager = cells(cluster, "managers")
    assert {manager[key] for key in ("free", "sent", "queued")} == {"-"}


def test_a_machine_without_known_memory() -> None:
    model, first = ClusterModel(START), said()
    cluster = model.state
    columns = columns_with(first.workers, "agent_rss_bytes", MOST_64)
    columns.agent_rss_bytes[1] = MOST_64
    table = dataclasses.replace(columns.processors, rss_bytes=np.full(2, MOST_64, np.uint64))
    columns = dataclasses.replace(columns, processors=table)
    model.apply(dataclasses.replace(first, workers=columns), START + 1)
    machine = cells(cluster, "machines")
    assert (machine["rss"], machine["agt_rss"], machine["memory"]) == ("-", "-", "-")
    described = document(cluster, status_at(cluster, START), START + 2)["machines"][0]
    assert described["rss_bytes"] is described["agent_rss_bytes"] is None
    assert described["workers_memory_percent"] is None
    assert describe_overview(cluster, START + 2).worker_rss_bytes is None


def test_of_scheduler_storage_clients_and_objects() -> None:
    model = ClusterModel(START)
    cluster = model.state
    first = dataclasses.replace(
        said(),
        rss_bytes=MOST_64,
        rss_free_bytes=MOST_64,
        storage=StorageStatus(*[MOST_64] * 6),
        clients=(ClientStatus("c", 1, "h", 10, MOST_64, 5, 6, 1),),
    )
    model.apply(first, START + 1)
    model.apply(StateObject((ObjectDetail(bytes(32), "o", "object", MOST_64, "c", 1),), 1), START + 1)
    described = document(cluster, status_at(cluster, START), START + 2)
    assert described["scheduler"]["rss_bytes"] is described["scheduler"]["rss_free_bytes"] is None
    assert set(described["storage"].values()) == {None}
    assert described["clients"][0]["rss_bytes"] is None
    assert described["objects"][0]["size_bytes"] is None
    assert (cells(cluster, "clients")["rss"], cells(cluster, "objects")["size"]) == ("-", "-")
    assert not len(cluster.history.scheduler_rss.seconds(0, START + 9)[0])
    assert describe_overview(cluster, START + 2).rss_bytes is None


def test_unknown_values_of_clients_and_objects_sort_last_and_match_no_filter() -> None:
    model = ClusterModel(START)
    cluster = model.state
    clients = (
        ClientStatus("c0", 1, "h", 10, MOST_64, MOST_32, MOST_32, 1),
        ClientStatus("c1", 1, "h", 10, 2 << 30, 5, 6, 1),
    )
    model.apply(dataclasses.replace(said(), clients=clients), START + 1)
    details = [
        ObjectDetail(bytes([n]) * 32, f"o{n}", "object", size, creator, 1)
        for n, (size, creator) in enumerate(((MOST_64, "c0"), (2 << 30, "c1"), (MOST_64, "c1")))
    ]
    model.apply(StateObject(tuple(details), 3), START + 1)

    def names(table: str, name: str, sort: str, passing: str = "") -> list[str]:
        page = table_page(cluster, TableQuestion(table, sort=sort, filter=passing), START + 2)
        return [row[TABLES[table].index(name)] for row in page.rows]

    for key in ("rss", "latency", "connected"):
        assert names("clients", "client", key) == ["c1", "c0"]
        assert names("clients", "client", key, f"{key}>0") == ["c1"]
    assert names("objects", "name", "size")[0] == "o1"
    assert names("objects", "name", "size", "size>1G") == ["o1"]
    assert cluster.objects.by_client() == {"c0": (1, None), "c1": (2, 2 << 30)}
    described = document(cluster, status_at(cluster, START), START + 2)["clients"]
    assert [row["listed_object_bytes"] for row in described] == [None, 2 << 30]
    assert described[0]["latency_microseconds"] is described[0]["connected_seconds"] is None


def test_unknown_values_of_the_storage() -> None:
    model = ClusterModel(START)
    cluster = model.state
    storage = StorageStatus(1000, MOST_64, 5 << 20, 1, MOST_64, 7)
    model.apply(dataclasses.replace(said(), storage=storage), START + 1)
    overview = describe_overview(cluster, START + 2)
    assert overview.storage == (1000, None, 5 << 20, 1, None, 7)
    line = "".join(span.text for span in storage_line(overview, 120))
    assert line.split(None, 1)[1].split("  ") == [
        "objects 1,000",
        "unique -",
        "held 5.0M",
        "shared -",
        "waiting 1 (- objects), 7s",
    ]
    model.apply(dataclasses.replace(said(), storage=StorageStatus(*[MOST_64] * 6)), START + 2)
    nothing = describe_overview(cluster, START + 3)
    assert "".join(span.text for span in storage_line(nothing, 120)).endswith("waiting -")
    assert {figure.value for figure in objects_section(nothing).figures[1:]} == {"-"}


def test_of_a_task() -> None:
    model = ClusterModel(START)
    cluster = model.state
    ended = task(1, "success", worker="", seconds=1.0)._replace(
        profile=Profile(1.0, MOST_64, 1.0), object_bytes=MOST_64
    )
    model.apply_many([task(1), ended, task(2), task(2, "success", worker="", seconds=1.0)], START + 1)
    first = next(
        row for row in table_page(cluster, TableQuestion("tasks"), START + 2).rows if row[1].endswith("1")
    )
    shown = {c.key: format_value(c.kind, v) for c, v in zip(TABLES["tasks"].columns, first, strict=True)}
    assert (shown["peak_memory"], shown["object_bytes"]) == ("-", "-")
    assert cluster.functions.entries["work"].memory_peak_bytes == 100
    question = Question("v", figures=(FigureQuestion("memory", 10, window_seconds=10),))
    answer = answer_question(cluster, status_at(cluster, START), question, START + 2)
    chart = present(answer.figures)[0].chart
    assert max(value or 0 for one in present(chart).series for value in one.values) <= 100
