"""The questions of a viewer and the dispatch of answers, without an app."""

from __future__ import annotations

from tests.ui.still_link import NOW, OVERVIEW, STATUS

from scaler_monitor.protocol.page import HELD, Answer, Question, TableQuestion
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.pane import Pane, Wants
from scaler_monitor.ui.session import ViewerSession
from scaler_monitor.ui.status import StatusLine


class Overviewed(Pane):
    """A pane with the overview and one table."""

    def wants(self) -> Wants:
        return Wants(overview=True, tables=(TableQuestion("workers"),))


class OnePane(Body):
    """A body with one visible pane."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.shown, self.shows = Overviewed(), 0, True

    @property
    def pane(self) -> Pane | None:
        return self.one

    def show(self, question: Question, answer: Answer) -> bool:
        self.shown += 1
        return self.shows


class Collector:
    """Counts its calls."""

    def __init__(self) -> None:
        self.polls = self.requests_of_all = 0

    def poll_now(self) -> None:
        self.polls += 1

    def request_all(self) -> None:
        self.requests_of_all += 1


class Parts:
    """A session with its collaborators."""

    def __init__(self) -> None:
        self.panes, self.status, self.collector = OnePane(), StatusLine(), Collector()
        self.session = ViewerSession(self.panes, self.status, self.collector, lambda: NOW)


def answer(paused_since: float | None = None) -> Answer:
    return Answer(1, STATUS, paused_since, OVERVIEW, (), None, None)


def test_there_are_no_questions_before_the_pane_is_visible() -> None:
    parts = Parts()
    assert parts.session.question() == Question(parts.session.viewer, overview=False)
    parts.panes.entered.set()
    asked = parts.session.question()
    assert (asked.overview, [table.table for table in asked.tables]) == (True, ["workers"])


def test_an_answer_goes_to_the_pane_and_its_status_to_the_status_line() -> None:
    parts = Parts()
    parts.panes.entered.set()
    parts.session.show_lost("gone")
    parts.session.show(parts.session.question(), answer())
    assert (parts.panes.shown, parts.status.status, parts.status.lost) == (1, STATUS, "")
    assert (parts.collector.polls, parts.collector.requests_of_all) == (0, 0)


def test_a_discarded_answer_is_requested_again_at_once() -> None:
    parts = Parts()
    parts.panes.entered.set()
    parts.panes.shows = False
    parts.session.show(parts.session.question(), answer())
    assert (parts.collector.polls, parts.collector.requests_of_all) == (1, 1)


def test_tables_of_an_older_question_are_requested_again() -> None:
    parts = Parts()
    parts.panes.entered.set()
    parts.session.show(Question(parts.session.viewer), answer())
    assert (parts.collector.polls, parts.collector.requests_of_all) == (0, 1)


def test_an_answer_from_before_the_pause_is_not_shown() -> None:
    parts = Parts()
    parts.panes.entered.set()
    before = parts.session.question()
    parts.session.command_pause()
    assert (parts.session.question().at, parts.status.paused_since) == (HELD, NOW)
    parts.session.show(before, answer())
    assert parts.panes.shown == 0
    parts.session.show(parts.session.question(), answer(paused_since=NOW - 5))
    assert (parts.panes.shown, parts.session.paused_since, parts.status.paused_since) == (1, NOW - 5, NOW - 5)
    parts.session.command_pause()
    assert (parts.session.paused_since, parts.status.paused_since) == (None, None)
