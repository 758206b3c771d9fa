"""What a viewer asks and what a collector answers: plain named tuples that msgpack carries as arrays.

A question says "what I look at"; the answer is one page of it, or nothing where nothing is new.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

NOW: Literal["now"] = "now"
HELD: Literal["held"] = "held"
"""The moment of the first question that said so, until one of the same viewer says something else."""

Moment = Literal["now", "held"] | float
"""NOW, HELD, or unix seconds of the past."""

ALL = "*"
"""In place of a worker in `folded` and `unfolded`: all workers of which nothing else is said."""

Tone = Literal["", "good", "warn", "bad", "dim", "accent"]
"""What a value means to an operator; screens turn it into colour, beside a glyph or a word."""

TONE_LETTERS: dict[str, Tone] = {"g": "good", "w": "warn", "b": "bad", "d": "dim", "a": "accent"}
"""How `TablePage.tones` has them; any other letter is none."""


class TableQuestion(NamedTuple):
    """A window onto one table of `protocol.tables`."""

    table: str
    sort: str = ""  # column key; "" is the table's own
    descending: bool = True
    filter: str = ""  # see query.filter_terms; one that does not parse is said in TablePage.filter_error
    first: int = 0  # first row wanted, after sort and filter
    limit: int = 50  # rows wanted at most
    cursor: str = ""  # row id that the cursor is on; the page says where it is now
    scope_kind: str = (
        ""  # "worker", "function", "client", "machine", "manager", "task", "object": only its rows
    )
    scope_id: str = ""
    folded: tuple[str, ...] = ()  # processors: workers drawn as one row; with ALL in it, all but the others


class FigureQuestion(NamedTuple):
    """A window onto something drawn: "stream", "memory", "cpu" or "histogram"."""

    figure: str
    cells: int  # how many columns the screen has for it
    rows: int = 0  # how many rows (workers) fit
    first: int = 0  # first row wanted
    window_seconds: float = 300.0
    end_seconds_ago: float = 0.0  # panned into the past
    filter: str = ""
    scope_kind: str = ""
    scope_id: str = ""
    cursor_row: str = ""  # row id that the cursor is on
    cursor_cell: int = -1  # the cell in which the cursor asks what it stands on
    cursor_lane: int = 0  # which of the lanes of `cursor_row`
    folded: tuple[str, ...] = ()  # stream: workers in one lane each; with ALL in it, all but the unfolded
    unfolded: tuple[str, ...] = ()  # workers in a lane an overlapping task; with ALL, all but the folded


class Question(NamedTuple):
    """All that one viewer looks at now."""

    viewer: str  # unique per viewer; a paused picture is kept for each
    known: int = -1  # version of the answer held to this very question; -1 wants everything
    at: Moment = NOW  # the moment of which the answer tells
    overview: bool = True
    tables: tuple[TableQuestion, ...] = ()
    figures: tuple[FigureQuestion, ...] = ()
    facts_kind: str = ""  # "worker", "task", ...: the facts of one entity, for its own page
    facts_id: str = ""


class Status(NamedTuple):
    """How the feed fares; part of every answer."""

    time: float  # unix seconds at the collector
    address: str
    word: str  # CONNECTING, LIVE, STALE, DISCONNECTED
    problem: str  # one line; "" when all is well
    since: float  # unix seconds since when the word holds
    wire: str | None  # "zmq", "ymq"
    generation: int | None
    connected: bool
    report_age_seconds: float | None
    report_interval_seconds: float | None  # the usual distance between reports, once two have come
    frames: int
    malformed: int  # frames that no reader could read, oversized and broken streams included
    dropped: int  # frames shed under overload, large ones passed over for want of room included
    events_per_second: float | None  # over the last second; None in the first one
    queue_age_seconds: float  # how long the oldest frame waits to be decoded
    connects: int
    collector_cpu_percent: float | None
    collector_rss_bytes: int | None
    started: float | None  # unix seconds since when this collector watches: its first frame; None before
    last_malformed: str  # why the last malformed frame was refused
    collector: int = 0  # its process id: another one has counted anew
    cut: int = 0  # names and lists of capabilities that are not whole, for they were too long
    refused: int = 0  # frames and events at which the monitor itself failed: its fault, not the wire's
    last_refused: str = ""  # how it failed the last time


class ViewerHealth(NamedTuple):
    """What a viewer itself costs; unknown is None."""

    cpu_percent: float | None = None  # since it measured last, or since it started
    rss_bytes: int | None = None
    terminal_bytes_per_second: float | None = None  # to its terminal, or to standard output


class Overview(NamedTuple):
    """The figures above the tables. Unknown is None; a map that the release fills wrongly is None."""

    cpu_permille: int | None
    rss_bytes: int | None
    rss_free_bytes: int | None
    task_states: dict[str, int] | None  # as the scheduler says
    seen: dict[str, int]  # final states of tasks that this monitor saw end
    task_rate: float | None  # tasks that ended, a second
    sent: dict[str, int] | None
    received: dict[str, int] | None
    sent_rate: dict[str, float]  # messages a second, by name
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
    client_tasks: list[tuple[str, int]]  # the busiest clients, most tasks first, at most 50
    function_tasks: list[tuple[str, int]]  # tasks seen per function, most first, at most 50
    function_count: int
    queued: int | None  # sums over workers: tasks that wait there
    suspended: int | None
    free: int | None
    worker_rss_bytes: int | None  # what all processors and agents hold
    rss_history: list[tuple[float, int]]  # (unix seconds, scheduler rss), oldest first, at most 240
    worker_rss_history: list[tuple[float, int]]  # the same for all processors and agents together
    silent_workers: int | None = None  # of `workers`, those last seen more than 5 s ago
    failed_rate: float | None = None  # of `task_rate`, those that failed
    overdue_tasks: int | None = None  # on processors for far longer than those of their function usually are
    inactive: int | None = None  # tasks that wait at the scheduler, by its count
    running: int | None = None  # tasks on processors, suspended ones aside
    idle: int | None = None  # processors without a task, and workers without processors
    agent_rss_bytes: int | None = None  # of `worker_rss_bytes`, what agents hold
    state_tones: dict[str, Tone] = {}  # of those of `task_states` that mean something to an operator

    @property
    def starves(self) -> bool:
        """Whether tasks wait at the scheduler though not all processors are busy."""
        return bool(self.inactive) and (self.idle != 0 or not self.workers)


class TablePage(NamedTuple):
    """The wanted rows of a table, raw values in the order of its columns."""

    table: str
    total: int  # rows before the filter
    matched: int  # rows that pass the filter
    first: int  # position of rows[0] among the matched
    ids: list[str]
    rows: list[list[Any]]
    marks: list[str]  # per row: "" or "departed", "stale", "gone" (the cursor's row that no longer exists)
    cursor: int | None  # position of the question's cursor among the matched; None: not there (any more)
    filter_error: str  # "" or why the filter does not parse; then the rows are unfiltered
    shed: int  # rows that fell out of the bounded log
    left_out: int = 0  # events of which there is no row, for one report told of too many at once
    departed: int = 0  # of `total`, rows of what has left
    tones: list[str] = []  # per row: a letter of TONE_LETTERS a column, as far as the last that has one


class StreamBar(NamedTuple):
    """Work of one worker over whole cells; `tasks` 1 is one task, more are merged."""

    first_cell: int
    last_cell: int  # inclusive
    tasks: int
    state: str  # "running" or the worst final state in it
    capabilities: int  # position in StreamFigure.sets
    function: str  # of the only task, or of the most frequent one
    task: str  # hex id of the only or the latest task
    busy: float  # share of the cells' time that was worked, 0 to 1
    ended: int = 0  # tasks that ended in it
    failed: int = 0  # those of them that failed, or ended by the death of their worker
    canceled: int = 0


class StreamLane(NamedTuple):
    """One line of the task stream: all that a worker did, or one of the lanes of an unfolded one."""

    worker: str
    manager: str
    bars: list[StreamBar]
    mark: str  # as TablePage.marks
    lane: int = 0  # among the worker's


class StreamFigure(NamedTuple):
    """The worker task stream over a window."""

    start: float  # unix seconds at the left edge
    end: float
    total: int  # workers that pass the filter
    first: int  # position among them of the one that the first lane belongs to
    lanes: list[StreamLane]
    capabilities: list[tuple[str, int]]  # legend: name, and tasks that needed it; 0 keeps its place only
    gaps: list[tuple[float, float]]  # what workers without a bar did then is not known
    pointed: list[tuple[str, str]]  # facts of the bar under the cursor: (label, text)
    filter_error: str = ""  # "" or why the filter does not parse; then nothing is filtered
    workers: int = 0  # before the filter
    merged_until: float | None = None  # what unfolded workers did before is known as a whole: in lane 0
    sets: list[list[int]] = []  # positions in `capabilities` of what each set of them is made of


class ChartSeries(NamedTuple):
    """One line of a chart: a value a cell, None where nothing is known."""

    name: str
    unit: str  # "bytes", "percent", "tasks"
    values: list[float | None]


class ChartFigure(NamedTuple):
    """Rolling charts over a window, one value a cell.

    A histogram has durations for `start` and `end`, in seconds, its cells evenly spaced in their logarithm.
    """

    start: float
    end: float
    series: list[ChartSeries]
    gaps: list[tuple[float, float]]


class FigureAnswer(NamedTuple):
    """What a FigureQuestion got: a "stream" has `stream`, the others have `chart`; an unknown one neither."""

    figure: str
    stream: StreamFigure | None
    chart: ChartFigure | None


class Answer(NamedTuple):
    """The answer to a Question; parts that were not asked for or are not new are None."""

    version: int
    status: Status
    paused_since: float | None
    overview: Overview | None
    tables: tuple[TablePage, ...] | None
    figures: tuple[FigureAnswer, ...] | None  # one for each that was asked for, in that order
    facts: list[tuple[str, str]] | None  # (label, text)
    refusal: str = ""  # why nothing is answered, in one line: its moment cannot be; "" where that is not so
