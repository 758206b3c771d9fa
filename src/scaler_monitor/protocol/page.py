"""The questions of a viewer and the answers of the collector: named tuples, which msgpack carries as arrays.

A question describes what the viewer shows; the answer has one page of it, or nothing if nothing has changed.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

NOW: Literal["now"] = "now"
HELD: Literal["held"] = "held"
"""The time of the viewer's first question with HELD, until it asks a question with another `at`."""

Moment = Literal["now", "held"] | float
"""NOW, HELD, or a past time in unix seconds."""

ALL = "*"
"""Stands in `folded` and `unfolded` for all workers that are in neither list."""

Tone = Literal["", "good", "warn", "bad", "dim", "accent"]
"""The severity of a value; screens show it as a colour, with a glyph or a word beside it."""

TONE_LETTERS: dict[str, Tone] = {"g": "good", "w": "warn", "b": "bad", "d": "dim", "a": "accent"}
"""The letters in `TablePage.tones`; any other letter means no tone."""


class TableQuestion(NamedTuple):
    """Asks for some rows of one table of `protocol.tables`."""

    table: str
    sort: str = ""  # column key; "" means the table's default
    descending: bool = True
    filter: str = ""  # see query.filter_terms; a parse error is in TablePage.filter_error
    first: int = 0  # first row wanted, after sort and filter
    limit: int = 50  # maximum number of rows
    cursor: str = ""  # row id at the cursor; the page has its position
    scope_kind: str = ""  # kind of entity whose rows are wanted: "worker", "task", ...; "" means all rows
    scope_id: str = ""
    folded: tuple[str, ...] = ()  # processors: workers shown as one row; with ALL, all workers except these


class FigureQuestion(NamedTuple):
    """Asks for one figure: "stream", "memory", "cpu" or "histogram"."""

    figure: str
    cells: int  # width in terminal cells
    rows: int = 0  # number of rows (workers) that fit
    first: int = 0  # first row wanted
    window_seconds: float = 300.0
    end_seconds_ago: float = 0.0  # above 0: panned into the past
    filter: str = ""
    scope_kind: str = ""
    scope_id: str = ""
    cursor_row: str = ""  # row id at the cursor
    cursor_cell: int = -1  # cell of the cursor; -1 means no cursor
    cursor_lane: int = 0  # lane of `cursor_row`
    folded: tuple[str, ...] = ()  # stream: workers drawn in one lane; with ALL, all except `unfolded`
    unfolded: tuple[
        str, ...
    ] = ()  # workers with one lane per overlapping task; with ALL, all except `folded`


class Question(NamedTuple):
    """Everything that one viewer shows now."""

    viewer: str  # unique id; the collector keeps a paused state for each viewer
    known: int = -1  # version of the answer that the viewer has to this question; -1 means none
    at: Moment = NOW  # the time that the answer describes
    overview: bool = True
    tables: tuple[TableQuestion, ...] = ()
    figures: tuple[FigureQuestion, ...] = ()
    facts_kind: str = ""  # "worker", "task", ...: asks for the facts of one entity, for its page
    facts_id: str = ""


class Status(NamedTuple):
    """State of feed and collector; part of every answer."""

    time: float  # unix seconds at the collector
    address: str
    word: str  # CONNECTING, LIVE, STALE, DISCONNECTED
    problem: str  # one line; "" if there is none
    since: float  # unix seconds of the last change of `word`
    wire: str | None  # "zmq", "ymq"
    generation: int | None
    connected: bool
    report_age_seconds: float | None
    report_interval_seconds: float | None  # usual time between reports; None before the second report
    frames: int
    malformed: int  # frames that could not be decoded, including oversized frames and broken streams
    dropped: int  # frames dropped under overload, including large frames that did not fit the queue
    events_per_second: float | None  # over the last second; None in the first one
    queue_age_seconds: float  # waiting time of the oldest frame that is not decoded yet
    connects: int
    collector_cpu_percent: float | None
    collector_rss_bytes: int | None
    started: float | None  # unix seconds of this collector's first frame; None before it
    last_malformed: str  # reason of the last malformed frame
    collector: int = 0  # process id of the collector; counters restart with another process
    cut: int = 0  # names and capability lists that were truncated because they were too long
    refused: int = 0  # frames and events that the monitor failed to process: a defect of the monitor
    last_refused: str = ""  # error of the last refused frame or event


class ViewerHealth(NamedTuple):
    """Resource usage of the viewer itself; None means unknown."""

    cpu_percent: float | None = None  # since the last measurement, or since the start
    rss_bytes: int | None = None
    terminal_bytes_per_second: float | None = None  # written to terminal or standard output


class Overview(NamedTuple):
    """Values shown above the tables. None means unknown, or reported incorrectly by the release."""

    cpu_permille: int | None
    rss_bytes: int | None
    rss_free_bytes: int | None
    task_states: dict[str, int] | None  # counts of the scheduler
    seen: dict[str, int]  # tasks that this monitor saw end, by final state
    task_rate: float | None  # ended tasks per second
    sent: dict[str, int] | None
    received: dict[str, int] | None
    sent_rate: dict[str, float]  # messages per second, by name
    received_rate: dict[str, float]
    objects: int | None
    storage: tuple[int | None, int | None, int | None, int | None, int | None, int | None] | None
    """As model.objects.Storage."""
    workers: int | None
    departed_workers: int
    processors: int | None
    managers: int | None
    pending_workers: int | None
    clients: int | None
    client_tasks: list[tuple[str, int]]  # clients with their tasks, most tasks first, at most 50
    function_tasks: list[tuple[str, int]]  # functions with the tasks seen, most first, at most 50
    function_count: int
    queued: int | None  # tasks in the queues of all workers
    suspended: int | None
    free: int | None
    worker_rss_bytes: int | None  # memory of all processors and agents
    rss_history: list[tuple[float, int]]  # (unix seconds, scheduler rss), oldest first, at most 240
    worker_rss_history: list[tuple[float, int]]  # the same for all processors and agents together
    silent_workers: int | None = None  # part of `workers`: last seen more than 5 s ago
    failed_rate: float | None = None  # part of `task_rate`: failed tasks
    overdue_tasks: int | None = None  # tasks that run far longer than is usual for their function
    inactive: int | None = None  # tasks that wait at the scheduler, as it counts them
    running: int | None = None  # tasks on processors, without suspended ones
    idle: int | None = None  # processors without a task, and workers without processors
    agent_rss_bytes: int | None = None  # part of `worker_rss_bytes`: memory of agents
    state_tones: dict[str, Tone] = {}  # by key of `task_states`, for states that have a tone

    @property
    def tasks_wait_while_idle(self) -> bool:
        """Whether tasks wait at the scheduler although some processors are idle."""
        return bool(self.inactive) and (self.idle != 0 or not self.workers)


class TablePage(NamedTuple):
    """One page of rows: raw values in the order of the table's columns."""

    table: str
    total: int  # number of rows before the filter
    matched: int  # number of rows that match the filter
    first: int  # position of rows[0] among the matched
    ids: list[str]
    rows: list[list[Any]]
    marks: list[str]  # per row: "", "departed", "stale", or "gone" (the cursor's row after its removal)
    cursor: int | None  # position of the question's cursor among the matched rows; None: not found
    filter_error: str  # parse error of the filter, in which case the rows are unfiltered; "" if none
    shed: int  # rows that the bounded log has discarded
    left_out: int = 0  # events without a row, because one report had too many of them
    departed: int = 0  # part of `total`: rows of departed entities
    tones: list[str] = []  # per row: one letter of TONE_LETTERS per column, up to the last one with a tone


class StreamBar(NamedTuple):
    """Work of one worker over whole cells: one task, or several merged ones."""

    first_cell: int
    last_cell: int  # inclusive
    tasks: int
    state: str  # "running" or the worst final state in it
    capabilities: int  # position in StreamFigure.sets
    function: str  # of the only task, or the most frequent function
    task: str  # hex id of the only task, or of the latest
    busy: float  # share of the cells' time with a task, 0 to 1
    ended: int = 0  # tasks that ended within the bar
    failed: int = 0  # part of `ended`: failed tasks, including those whose worker died
    canceled: int = 0


class StreamLane(NamedTuple):
    """One line of the task stream: all work of a worker, or one lane of an unfolded worker."""

    worker: str
    manager: str
    bars: list[StreamBar]
    mark: str  # as TablePage.marks
    lane: int = 0  # index among the worker's lanes


class StreamFigure(NamedTuple):
    """The worker task stream over a time window."""

    start: float  # unix seconds at the left edge
    end: float
    total: int  # number of workers that match the filter
    first: int  # position among these of the first lane's worker
    lanes: list[StreamLane]
    capabilities: list[tuple[str, int]]  # legend: name, and tasks that need it; 0 only keeps its position
    gaps: list[tuple[float, float]]  # (start, end) of times without data: no bar does not mean idle
    cursor_facts: list[tuple[str, str]]  # facts of the bar under the cursor: (label, text)
    filter_error: str = ""  # parse error of the filter, in which case nothing is filtered; "" if none
    workers: int = 0  # number of workers before the filter
    merged_until: float | None = None  # all work of unfolded workers before this time is in lane 0
    sets: list[list[int]] = []  # per capability set: positions of its members in `capabilities`


class ChartSeries(NamedTuple):
    """One line of a chart: one value per cell, None if unknown."""

    name: str
    unit: str  # "bytes", "percent", "tasks"
    values: list[float | None]


class ChartFigure(NamedTuple):
    """Chart series over a time window, or a histogram.

    In a histogram `start` and `end` are durations in seconds, and the cells divide their logarithm evenly.
    """

    start: float
    end: float
    series: list[ChartSeries]
    gaps: list[tuple[float, float]]


class FigureAnswer(NamedTuple):
    """The answer to a FigureQuestion: "stream" has `stream`, others `chart`, an unknown one neither."""

    figure: str
    stream: StreamFigure | None
    chart: ChartFigure | None


class Answer(NamedTuple):
    """The answer to a Question; parts that were not asked for or have not changed are None."""

    version: int
    status: Status
    paused_since: float | None
    overview: Overview | None
    tables: tuple[TablePage, ...] | None
    figures: tuple[FigureAnswer, ...] | None  # in the order of the questions
    facts: list[tuple[str, str]] | None  # (label, text)
    refusal: str = ""  # why the question cannot be answered, in one line; "" if it is answered
