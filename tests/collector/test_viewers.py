"""Answers to a viewer: only news, from its own paused snapshot, within limits."""

from typing import Any

import pytest
from tests.model.worlds import report
from tests.present import present

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.collector.viewers import FORGET_AFTER_SECONDS, MAX_ROWS, MAX_TABLES, MAX_VIEWERS, Viewers
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import HELD, NOW, Answer, FigureQuestion, Question, TableQuestion

WORKERS = TableQuestion("workers")


class Collector:
    """Viewers, their cluster, and the revision of the cluster."""

    def __init__(self) -> None:
        self.model = ClusterModel(0.0)
        self.viewers = Viewers(self.model.state)
        self.revision = 0
        self.now = 1.0

    def report_workers(self, *workers: str) -> None:
        self.model.apply(report({worker: [b""] for worker in workers}), self.now)
        self.revision += 1

    def ask(self, viewer: str = "v", **parts: Any) -> Answer:
        question = Question(viewer, **{"tables": (WORKERS,), **parts})
        return self.viewers.answer(question, live_status(self.now), self.revision, self.now)


@pytest.fixture
def collector() -> Collector:
    made = Collector()
    made.report_workers("w0", "w1")
    return made


def ids(answer: Answer) -> list[str] | None:
    return None if answer.tables is None else sorted(answer.tables[0].ids)


def test_nothing_new_until_the_cluster_changes(collector: Collector) -> None:
    first = collector.ask()
    assert ids(first) == ["w0", "w1"]
    again = collector.ask(known=first.version)
    assert (ids(again), again.overview, again.version) == (None, None, first.version)
    assert again.status.word == "LIVE"
    collector.report_workers("w0", "w1", "w2")
    assert ids(collector.ask(known=first.version)) == ["w0", "w1", "w2"]


def test_another_question_is_answered_without_a_change(collector: Collector) -> None:
    known = collector.ask().version
    assert ids(collector.ask(known=known, tables=(WORKERS._replace(sort="worker"),))) == ["w0", "w1"]


def test_viewers_are_independent(collector: Collector) -> None:
    known = collector.ask("a").version
    assert ids(collector.ask("b", known=known)) == ["w0", "w1"]


def test_a_pause_affects_only_one_viewer(collector: Collector) -> None:
    collector.now = 5.0
    held = collector.ask("a", at=HELD)
    collector.now = 9.0
    collector.report_workers("w7", "w8", "w9")
    later = collector.ask("a", at=HELD)
    assert ids(later) == ids(held) == ["w0", "w1"]
    assert later.paused_since == 5.0
    assert set(present(ids(collector.ask("b")))) >= {"w7", "w8", "w9"}
    assert ids(collector.ask("a", at=HELD, known=held.version)) is None
    resumed = collector.ask("a", known=held.version)
    assert set(present(ids(resumed))) >= {"w7", "w8", "w9"}
    assert resumed.paused_since is None


def test_a_second_pause_takes_another_snapshot(collector: Collector) -> None:
    first = collector.ask(at=HELD)
    collector.ask()
    collector.now = 20.0
    collector.report_workers("w7")
    second = collector.ask(at=HELD, known=first.version)
    assert second.version != first.version
    assert "w7" in present(ids(second))


def test_a_paused_viewer_may_ask_other_questions_about_its_snapshot(collector: Collector) -> None:
    held = collector.ask(at=HELD)
    collector.report_workers("w7", "w8")
    filtered = collector.ask(at=HELD, known=held.version, tables=(WORKERS._replace(filter="w1"),))
    assert ids(filtered) == ["w1"]


@pytest.mark.parametrize("moment", [1.0, 0.0, -5.0, 1e300, float("nan"), "yesterday"])
def test_a_time_in_the_past_is_refused_with_a_reason_and_the_pause_continues(
    collector: Collector, moment: Any
) -> None:
    held = collector.ask(at=HELD)
    collector.report_workers("w7")
    refused = collector.ask(at=moment, known=held.version)
    assert refused.refusal.startswith("no recording: current data is available, none of ")
    assert (refused.overview, refused.tables, refused.figures, refused.facts) == (None,) * 4
    assert refused.version not in (held.version, collector.revision)
    assert refused.status.word == "LIVE"
    assert ids(collector.ask(at=HELD)) == ["w0", "w1"]
    assert "w7" in present(ids(collector.ask(at=NOW)))
    assert collector.ask(at=NOW).refusal == ""


def test_beyond_the_limit_the_viewer_silent_for_longest_is_removed(collector: Collector) -> None:
    for number in range(MAX_VIEWERS):
        collector.ask(f"v{number}", at=HELD)
    collector.ask("v0", at=HELD)
    collector.report_workers("w7")
    collector.ask("late")
    assert len(collector.viewers._viewers) == MAX_VIEWERS
    assert "w7" not in present(ids(collector.ask("v0", at=HELD)))
    assert "w7" in present(ids(collector.ask("v1", at=HELD)))  # its snapshot was removed, so it has a new one


@pytest.mark.parametrize("moment", [FORGET_AFTER_SECONDS + 2.0, -1.0])
def test_silent_viewers_are_removed_even_if_the_clock_is_set_back(
    collector: Collector, moment: float
) -> None:
    collector.ask("v", at=HELD)
    collector.viewers.forget_silent(FORGET_AFTER_SECONDS)
    assert len(collector.viewers._viewers) == 1
    collector.viewers.forget_silent(moment)
    assert len(collector.viewers._viewers) == 0


def test_the_cost_of_a_question_is_bounded(collector: Collector) -> None:
    collector.model.apply(report({f"w{n}": [b""] for n in range(MAX_ROWS + 10)}), 2.0)
    many = collector.ask(tables=(WORKERS._replace(limit=10**9, first=-5),) * (MAX_TABLES + 3))
    tables = present(many.tables)
    assert len(tables) == MAX_TABLES
    assert len(tables[0].rows) == MAX_ROWS
    assert present(collector.ask(tables=(WORKERS._replace(limit=-1),)).tables)[0].rows == []
    figure = FigureQuestion("memory", 10**9, rows=10**9)
    assert collector.ask(tables=(), figures=(figure,)).version == collector.revision


def test_a_pause_is_kept_for_a_viewer_that_is_silent_for_hours(collector: Collector) -> None:
    held = collector.ask(at=HELD)
    collector.viewers.forget_silent(collector.now + 7200.0)
    collector.now += 7200.0
    collector.report_workers("w7")
    again = collector.ask(at=HELD)
    assert (ids(again), again.paused_since) == (ids(held), held.paused_since)
