"""Recorded frames of every release, through all tables and exports."""

from __future__ import annotations

import json

import pytest
from tests.frames.corpus import RELEASES, generation_of_release, read_frames
from tests.scenario import status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import Question, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.answer import answer_question
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import FINAL_STATES, Event, StateScheduler, StateTask

NOW = 1_764_000_000.0


@pytest.fixture(scope="module", params=RELEASES)
def watched(request: pytest.FixtureRequest) -> tuple[ClusterState, list[Event]]:
    """Return the cluster after a release's frames, ten per second, and their events."""
    version = request.param
    decoder, model, now = Decoder(), ClusterModel(NOW), NOW
    cluster = model.state
    model.feed_changed(True, now)
    events = []
    for frame in read_frames(version):
        events.append(decoder.decode(frame))
        now += 0.1
        model.apply(events[-1], now)
    model.tick(now)
    assert decoder.generation == generation_of_release(version)
    return cluster, events


def test_totals_are_those_of_the_frames(watched: tuple[ClusterState, list[Event]]) -> None:
    cluster, events = watched
    assert cluster.applied == len(events)
    ends = {e.task_id for e in events if isinstance(e, StateTask) and e.state in FINAL_STATES}
    assert ends
    assert sum(cluster.states.seen.values()) == len(ends)
    assert sum(f.success + f.failed + f.canceled for f in cluster.functions.rows()) == len(ends)
    last = [event for event in events if isinstance(event, StateScheduler)][-1]
    assert cluster.workers.names == last.workers.worker
    assert cluster.workers.rss_bytes.sum() == last.workers.processors.rss_bytes.sum()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_shows_it(watched: tuple[ClusterState, list[Event]], table: str) -> None:
    cluster, events = watched
    now = cluster.now
    columns = TABLES[table].columns
    for column in columns:
        question = Question(viewer="test", tables=(TableQuestion(table, sort=column.key, limit=1_000),))
        answer = answer_question(cluster, status_at(cluster, now), question, now)
        assert answer.tables is not None
        page = answer.tables[0]
        assert page.total == page.matched == len(set(page.ids)) == len(page.rows)
        assert all(len(row) == len(columns) for row in page.rows)
        for row in page.rows:
            for shown, value in zip(columns, row, strict=True):
                assert value is None or isinstance(format_value(shown.kind, value), str)
    if table == "workers":
        assert page.total == len(cluster.workers) + len(cluster.workers.departed)
    if table == "tasks":
        assert page.total >= len({e.task_id for e in events if isinstance(e, StateTask)})


def test_document_and_text_report_have_it(watched: tuple[ClusterState, list[Event]]) -> None:
    cluster, _ = watched
    status = status_at(cluster, cluster.now)
    described = json.loads(json.dumps(document(cluster, status, cluster.now), allow_nan=False))
    assert [row["id"] for row in described["workers"]] == list(cluster.workers.names)
    assert text_report(described)
