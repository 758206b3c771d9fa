"""Connected and departed clients are counted separately; silent ones are marked."""

from __future__ import annotations

import dataclasses

import pytest
from tests.model.worlds import report, task
from tests.present import present
from tests.scenario import START, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_tabs import text_tabs
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.table_page import table_page
from scaler_monitor.ui.figures.styled_text import line_text
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.tabs.caption import caption
from scaler_monitor.wire.event import ClientStatus, ManagerStatus

ALL = TableQuestion("clients")


def client(name: str, seen: int) -> ClientStatus:
    """Return a client with the given age of its last heartbeat."""
    return ClientStatus(name, 1, "h", 10, 1000, 500, 60, seen)


def cluster_of(*clients: ClientStatus, tasks_of: int = 0, seen: int = 0) -> ClusterState:
    """Return a cluster with connected clients, tasks of other clients, and workers of a given age."""
    model = ClusterModel(START)
    cluster = model.state
    for n in range(tasks_of):
        model.apply(task(n, client=f"c{n}"), START + 1)
        model.apply(task(n, "failed" if n % 2 else "success", worker="", client=None), START + 1)
    manager = ManagerStatus("m", "i", seen, 1, "", 0)
    said = report({"w0": [b""]}, last_seen=seen)
    model.apply(dataclasses.replace(said, clients=clients, managers=(manager,)), START + 2)
    return cluster


def test_departed_clients_are_not_counted_as_connected() -> None:
    cluster = cluster_of(tasks_of=24)
    page = table_page(cluster, ALL, START + 3)
    assert (page.total, page.departed, set(page.marks)) == (24, 24, {"departed"})
    window = RowWindow()
    window.set_page(page)
    told = line_text(caption(TABLES["clients"], window, kind=present(TABLES["clients"].tab).rows)).strip()
    assert told == "0 clients connected, 24 departed still listed"
    assert "Clients (20 of 24 by tasks, descending, 24 of them departed)" in text_tabs(
        [table_page(cluster, ALL._replace(limit=20), START + 3)], 160
    )
    few = text_tabs([table_page(cluster_of(client("c0", 1), tasks_of=3), ALL, START + 3)], 160)
    assert "Clients (1, 2 departed)" in few
    assert describe_overview(cluster, START + 3).clients == 0
    described = document(cluster, status_at(cluster, START), START + 3)
    assert (described["clients"], len(described["departed_clients"])) == ([], 24)
    assert sum(row["failed"] for row in described["departed_clients"]) == 12


def test_the_document_counts_the_tasks_of_connected_clients() -> None:
    cluster = cluster_of(client("c0", 1), client("c1", 1), client("new", 1), tasks_of=2)
    rows = {row["id"]: row for row in document(cluster, status_at(cluster, START), START + 3)["clients"]}
    counts = [[rows[name][key] for key in ("submitted", "finished", "failed")] for name in ("c0", "c1")]
    assert counts == [[1, 1, 0], [1, 1, 1]]
    assert rows["new"]["submitted"] is None


@pytest.mark.parametrize("table", ["clients", "managers", "machines"])
@pytest.mark.parametrize(("seen", "mark"), [(2, ""), (5, ""), (6, "stale"), (50, "stale")])
def test_silent_clients_managers_and_machines_are_marked_like_workers(
    table: str, seen: int, mark: str
) -> None:
    cluster = cluster_of(client("c", seen), seen=seen)
    assert table_page(cluster, TableQuestion(table), START + 3).marks == [mark]
    assert len(table_page(cluster, TableQuestion(table, filter="silent"), START + 3).ids) == bool(mark)
    kind, thing = {"clients": ("client", "c"), "managers": ("manager", "m"), "machines": ("machine", "h")}[
        table
    ]
    facts = [text for label, text in describe_facts(cluster, kind, thing, START + 3) if not label]
    assert facts == (["silent: figures are as it told them last"] if mark else [])
