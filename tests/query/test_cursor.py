"""The cursor's row: it is found on any page, and kept after its removal."""

from __future__ import annotations

from tests.query.reports import report_of
from tests.query.tables_of import page
from tests.scenario import BuiltCluster, build_cluster, last_report

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.table_page import table_page


def test_the_cursor_is_found_on_any_page(world: BuiltCluster) -> None:
    ids = page(world, "workers", sort="rss").ids
    for at in (0, 5, len(ids) - 1):
        assert page(world, "workers", sort="rss", limit=3, cursor=ids[at]).cursor == at
    assert page(world, "workers", cursor="nobody").cursor is None
    assert page(world, "workers", cursor=ids[0], filter="nothing-like-it").cursor is None
    for table in ("tasks", "events"):
        ids = page(world, table).ids
        assert page(world, table, limit=2, cursor=ids[100]).cursor == 100


def test_the_cursors_removed_row_is_kept_with_a_mark() -> None:
    cluster, _, now = build_cluster(20)
    model = ClusterModel.of(cluster)
    before = table_page(cluster, TableQuestion("workers", sort="worker", descending=False), now)
    on = before.ids[4]
    question = TableQuestion("workers", sort="worker", descending=False, cursor=on)
    assert table_page(cluster, question, now).cursor == 4
    later = now + 500
    report = last_report(20)
    kept = [name for name in cluster.workers.names if name != on]
    model.apply(report_of(report, kept), now + 1)
    assert table_page(cluster, question, now + 1).marks[4] == "departed"
    model.tick(later)
    answer = table_page(cluster, question, later)
    assert (answer.cursor, answer.ids[4], answer.marks[4], answer.tones[4]) == (4, on, "gone", "")
    assert len(answer.tones) == len(answer.rows)
    assert answer.rows[4][TABLES["workers"].index("worker")] == on
    assert answer.total == len(kept)
    assert answer.matched == len(kept) + 1
    elsewhere = table_page(cluster, question._replace(first=6, limit=3), later)
    assert on not in elsewhere.ids
    assert on not in table_page(cluster, question._replace(cursor=kept[0]), later).ids


def test_the_values_of_a_removed_row_are_unknown() -> None:
    cluster, _, now = build_cluster(20)
    model = ClusterModel.of(cluster)
    on = cluster.workers.names[4]
    question = TableQuestion("workers", cursor=on, filter=f"worker={on}")
    table_page(cluster, question, now)
    kept = [name for name in cluster.workers.names if name != on]
    model.apply(report_of(last_report(20), kept), now + 1)
    model.tick(now + 500)
    answer = table_page(cluster, question, now + 500)
    assert answer.marks == ["gone"]
    row = dict(zip((c.key for c in TABLES["workers"].columns), answer.rows[0], strict=True))
    assert row["worker"] == on
    assert {row[key] for key in ("cpu", "rss", "sent", "lag", "last_seen")} == {None}


def test_a_removed_row_is_not_kept_on_the_page_of_another_entity() -> None:
    cluster, _, now = build_cluster(20)
    model = ClusterModel.of(cluster)
    here, elsewhere = table_page(cluster, TableQuestion("managers"), now).ids[:2]
    question = TableQuestion("workers", scope_kind="manager", scope_id=here)
    on = table_page(cluster, question, now).ids[0]
    question = question._replace(cursor=on)
    assert table_page(cluster, question, now).cursor == 0
    kept = [name for name in cluster.workers.names if name != on]
    model.apply(report_of(last_report(20), kept), now + 1)
    model.tick(now + 500)
    assert on in table_page(cluster, question, now + 500).ids
    answer = table_page(cluster, question._replace(scope_id=elsewhere), now + 500)
    assert answer.ids
    assert on not in answer.ids
    assert answer.cursor is None
