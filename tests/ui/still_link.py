"""A link with fixed answers: no clock, no process, the same in every run."""

from __future__ import annotations

from typing import Any

from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.protocol.page import HELD, Answer, Overview, Question, Status, TablePage, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.tables import page_tones
from scaler_monitor.query.tones import STATE_TONES

NOW = 1_790_000_000.0

STATUS = Status(
    time=NOW,
    address="tcp://10.0.0.7:8518",
    word="LIVE",
    problem="",
    since=NOW - 300,
    wire="ymq",
    generation=2,
    connected=True,
    report_age_seconds=0.4,
    report_interval_seconds=1.0,
    frames=4210,
    malformed=0,
    dropped=0,
    events_per_second=123.0,
    queue_age_seconds=0.002,
    connects=1,
    collector_cpu_percent=1.2,
    collector_rss_bytes=48 << 20,
    started=NOW - 600,
    last_malformed="",
)

OVERVIEW = Overview(
    cpu_permille=123,
    rss_bytes=131 << 20,
    rss_free_bytes=12 << 30,
    task_states={
        "inactive": 40,
        "running": 12,
        "canceling": 0,
        "balanceCanceling": 0,
        "success": 12345,
        "failed": 3,
        "failedWorkerDied": 1,
        "canceled": 7,
        "canceledNotFound": 0,
    },
    seen={"success": 812, "failed": 3},
    task_rate=98.5,
    sent={"workerHeartbeatEcho": 4321, "task": 12408, "taskCancel": 7, "clientHeartbeatEcho": 400},
    received={"workerHeartbeat": 4321, "taskResult": 12356, "objectInstruction": 900, "clientHeartbeat": 400},
    sent_rate={"task": 99.0, "workerHeartbeatEcho": 7.0},
    received_rate={"taskResult": 98.5, "workerHeartbeat": 7.0},
    objects=420,
    storage=(420, 400, 3 << 30, 2, 2, 1),
    workers=7,
    departed_workers=1,
    processors=14,
    managers=2,
    pending_workers=3,
    clients=2,
    client_tasks=[("Client|alpha|9f2c", 40), ("Client|beta|11aa", 12)],
    function_tasks=[("train_model", 8000), ("price", 4000), ("load[int]", 356)],
    function_count=3,
    queued=40,
    suspended=1,
    free=2,
    worker_rss_bytes=9 << 30,
    rss_history=[(NOW - 240 + i, (100 + i % 40) << 20) for i in range(240)],
    worker_rss_history=[(NOW - 240 + i, (5 + i % 5) << 30) for i in range(240)],
    inactive=40,
    running=9,
    idle=2,
    agent_rss_bytes=1 << 30,
    state_tones=STATE_TONES,
)


def worker_row(number: int) -> tuple[str, list[Any]]:
    """Return id and values of worker `number`."""
    values: dict[str, Any] = {
        "manager": f"aws-{'cpu' if number % 2 else 'gpu'}",
        "worker": f"Worker|node-{number:04d}|a{number:03x}",
        "agt_cpu": 5 + number % 9,
        "agt_rss": (30 + number % 7) << 20,
        "cpu": (number * 37) % 2000,
        "rss": (number * 11 % 900 + 100) << 20,
        "rss_free": (number % 16 + 1) << 30,
        "memory": (number * 97) % 1000,
        "memory_limit": 16 << 30,
        "free": number % 5,
        "sent": number % 11,
        "queued": number % 13,
        "suspended": number % 2,
        "lag": [400 + number * 210, 7 if number == 3 else 1],
        "last_seen": 7 if number == 3 else 1,
        "itl": "111",
        "task": "train_model",
        "task_age": number * 3,
        "over": None,
        "host": f"host-{number % 4}",
        "capabilities": "gpu" if number % 2 else "",
        "processors": 2,
        "net_sent": None,
        "net_received": None,
    }
    return str(values["worker"]), [values[column.key] for column in TABLES["workers"].columns]


class StillLink:
    """Answers like a collector whose cluster does not change, except by the test."""

    def __init__(self, workers: int = 7) -> None:
        self.rows: dict[str, dict[str, list[Any]]] = {"workers": dict(map(worker_row, range(workers)))}
        self.marks: dict[str, str] = {}
        self.status = STATUS
        self.overview = OVERVIEW
        self.questions: list[Question] = []
        self.version = 1
        self.gone = ""
        self.restarts = 0
        self.closed = False

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Answer from what is held now."""
        self.questions.append(question)
        if self.gone:
            raise CollectorGone(self.gone)
        news = question.known != self.version
        return Answer(
            version=self.version,
            status=self.status,
            paused_since=NOW if question.at == HELD else None,
            overview=self.overview if question.overview and news else None,
            tables=tuple(map(self._page, question.tables)) if news else None,
            figures=(),
            facts=None,
        )

    async def restart(self) -> None:
        """Count it."""
        self.restarts += 1

    async def close(self) -> None:
        """Note it."""
        self.closed = True

    def _page(self, asked: TableQuestion) -> TablePage:
        table, held = TABLES[asked.table], self.rows.get(asked.table, {})
        key = table.index(asked.sort or table.sort)
        every = sorted(held.items(), key=lambda row: (row[1][key], row[0]), reverse=asked.descending)
        error = "an open /" if asked.filter.endswith("/") else ""
        matched = every if error else [row for row in every if asked.filter in str(row[1])]
        ids = [row[0] for row in matched]
        window = matched[asked.first : asked.first + asked.limit]
        rows, marks = [row[1] for row in window], [self.marks.get(row[0], "") for row in window]
        return TablePage(
            table=asked.table,
            total=len(every),
            matched=len(matched),
            first=asked.first,
            ids=[row[0] for row in window],
            rows=rows,
            marks=marks,
            cursor=ids.index(asked.cursor) if asked.cursor in ids else None,
            filter_error=error,
            shed=0,
            tones=page_tones(asked.table, rows, marks),
        )
