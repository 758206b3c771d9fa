"""Pages of every table from the scenario: values, order, paging, cursor, scopes, marks."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest
from tests.scenario import SECONDS, START, build_cluster, events, status_at
from tests.views.asked import column, page

from scaler_monitor.model.cluster import Cluster
from scaler_monitor.model.limits import Limits
from scaler_monitor.views.answer import answer_question
from scaler_monitor.views.facts import describe_facts
from scaler_monitor.views.format import format_name, format_time
from scaler_monitor.views.overview import describe_overview
from scaler_monitor.views.page import Question, TableQuestion
from scaler_monitor.views.rows.paging import row_set, table_page
from scaler_monitor.views.rows.row_set import plain
from scaler_monitor.views.tables import TABLES
from scaler_monitor.wire.event import StateScheduler, StateTask, StateWorker


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_every_column_and_an_id_of_its_own(world, table):
    answer = page(world, table)
    assert answer.matched == answer.total == len(answer.rows) > 0
    assert len(set(answer.ids)) == len(answer.ids)
    for row in answer.rows:
        assert len(row) == len(TABLES[table].columns)
        for cell, value in zip(TABLES[table].columns, row, strict=True):
            assert cell.format(value)
            assert value is None or isinstance(value, int | float | str | tuple), cell.key
            assert type(value) in (type(None), int, float, str, bool, tuple), (cell.key, type(value))


def raw(value):
    """What a value is sorted by: a lag, once its worker is silent, is as long as the silence."""
    if not isinstance(value, tuple):
        return value
    first, second = value
    return max(first, second * 1e6) if second > 5 else first


def shown_order(value):
    return (value.lower(), value) if isinstance(value, str) else float(value)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("table", "key"), [(t, c.key) for t in TABLES for c in TABLES[t].columns])
def test_every_column_sorts_with_unknown_last(world, table, key, descending):
    answer = page(world, table, sort=key, descending=descending)
    at = TABLES[table].index(key)
    values = [
        raw(row[at])
        for row, mark in zip(answer.rows, answer.marks, strict=True)
        if not (table == "workers" and mark == "departed")
    ]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    ordered = [shown_order(value) for value in known]
    assert ordered == sorted(ordered, reverse=descending)


def test_equal_values_are_in_the_order_of_their_ids_in_both_directions(world):
    for descending in (False, True):
        answer = page(world, "workers", sort="processors", descending=descending)
        here = [i for i, mark in zip(answer.ids, answer.marks, strict=True) if mark != "departed"]
        assert here == sorted(here)


def test_equal_tasks_come_newest_first(world):
    for descending in (False, True):
        answer = page(world, "tasks", sort="status", descending=descending)
        status, time = TABLES["tasks"].index("status"), TABLES["tasks"].index("time")
        times = [row[time] for row in answer.rows if row[status] == "success"]
        assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("table", ["workers", "tasks", "events"])
@pytest.mark.parametrize("how", [{}, {"sort": "worker"}, {"filter": "gpu"}])
def test_pages_put_together_are_the_whole(world, table, how):
    whole = page(world, table, **how).ids
    parts: list[str] = []
    for first in range(0, len(whole), 7):
        part = page(world, table, first=first, limit=7, **how)
        assert part.first == first
        assert part.matched == len(whole)
        parts += part.ids
    assert parts == whole


def test_a_page_beyond_the_end_is_the_last_row(world):
    answer = page(world, "workers", first=1_000, limit=5)
    assert len(answer.ids) == 1
    assert answer.first == answer.matched - 1


def test_departed_worker_stays_in_sight_and_sorts_last(world):
    for descending in (False, True):
        answer = page(world, "workers", sort="cpu", descending=descending)
        assert answer.marks[-1] == "departed"
        assert answer.marks.count("departed") == 1
    assert not page(world, "workers", filter="cpu>=0 spot-11").ids


def test_task_status_tells_queued_from_running(world):
    cluster, _, now = world
    statuses = set(column(world, "tasks", "status"))
    assert {"queued", "running", "success", "failed", "failedWorkerDied", "canceled"} <= statuses
    on = cluster.workers.on_processor
    rows = row_set(cluster, TableQuestion("tasks"), now)
    running = [
        rows.id_at(i) for i, s in enumerate(plain(rows.values("status"))) if s in ("running", "suspended")
    ]
    assert sorted(running) == sorted(task_id.hex() for task_id in on)


def test_memory_column_predicts_the_oom_kill(world):
    cluster, _, _ = world
    columns = cluster.workers.columns
    answer = page(world, "workers", sort="memory", descending=True)
    at = cluster.workers.index[answer.ids[0]]
    used = int(columns.memory_limit_bytes[at]) - int(columns.rss_free_bytes[at])
    value = answer.rows[0][TABLES["workers"].index("memory")]
    assert value == round(used * 1000 / int(columns.memory_limit_bytes[at])) > 920


def test_a_late_worker_says_so_in_its_lag(world):
    lags = page(world, "workers", filter="seen>5s")
    cell = TABLES["workers"].columns[TABLES["workers"].index("lag")]
    assert [cell.format(row[TABLES["workers"].index("lag")])[0] for row in lags.rows] == ["("]


def test_a_silent_worker_has_the_longest_lag(world):
    lags = column(world, "workers", "lag", sort="lag")
    assert lags[0][1] > 5 > max(seen for lag, seen in lags[1:] if lag is not None)
    assert lags[0][0] < lags[1][0] * 1e3
    assert (
        page(world, "workers", filter="lag>10s").matched
        == page(world, "workers", filter="lag:12.0s").matched
        == 1
    )


def test_bad_filter_is_said_and_left_out(world):
    answer = page(world, "workers", filter="rss>lots")
    assert "lots" in answer.filter_error
    assert answer.matched == answer.total


def test_cursor_is_found_wherever_it_is(world):
    ids = page(world, "workers", sort="rss").ids
    for at in (0, 5, len(ids) - 1):
        assert page(world, "workers", sort="rss", limit=3, cursor=ids[at]).cursor == at
    assert page(world, "workers", cursor="nobody").cursor is None
    assert page(world, "workers", cursor=ids[0], filter="nothing-like-it").cursor is None
    for table in ("tasks", "events"):
        ids = page(world, table).ids
        assert page(world, table, limit=2, cursor=ids[100]).cursor == 100


def test_the_cursors_row_that_has_gone_stays_marked():
    cluster, _, now = build_cluster(20)
    before = table_page(cluster, TableQuestion("workers", sort="worker", descending=False), now)
    on = before.ids[4]
    question = TableQuestion("workers", sort="worker", descending=False, cursor=on)
    assert table_page(cluster, question, now).cursor == 4
    later = now + 500
    report = cluster.scheduler.report
    kept = [name for name in cluster.workers.names if name != on]
    cluster.apply(report_of(report, kept), now + 1)
    assert table_page(cluster, question, now + 1).marks[4] == "departed"
    cluster.tick(later)
    answer = table_page(cluster, question, later)
    assert (answer.cursor, answer.ids[4], answer.marks[4]) == (4, on, "gone")
    assert answer.rows[4][TABLES["workers"].index("worker")] == on
    assert answer.total == len(kept)
    assert answer.matched == len(kept) + 1
    elsewhere = table_page(cluster, question._replace(first=6, limit=3), later)
    assert on not in elsewhere.ids
    assert on not in table_page(cluster, question._replace(cursor=kept[0]), later).ids


def report_of(report, kept):
    """The same report with only some of its workers."""
    columns = report.workers
    at = [columns.worker.index(name) for name in kept]
    first = columns.first_processor
    spots = [spot for i in at for spot in range(int(first[i]), int(first[i + 1]))]
    processors = dataclasses.replace(
        columns.processors,
        **{
            field.name: (
                tuple(value[i] for i in spots)
                if isinstance(value := getattr(columns.processors, field.name), tuple)
                else value[spots]
            )
            for field in dataclasses.fields(columns.processors)
        },
    )
    changed = {}
    for field in dataclasses.fields(columns):
        value = getattr(columns, field.name)
        if field.name == "processors":
            changed[field.name] = processors
        elif field.name == "first_processor":
            changed[field.name] = np.cumsum([0, *(int(first[i + 1] - first[i]) for i in at)])
        else:
            changed[field.name] = tuple(value[i] for i in at) if isinstance(value, tuple) else value[at]
    return dataclasses.replace(report, workers=dataclasses.replace(columns, **changed))


def test_a_worker_without_processors_has_a_row_and_what_waits_for_it():
    report = next(e for _, batch in events(2) for e in batch if isinstance(e, StateScheduler))
    columns = report.workers
    names = columns.worker
    bare = report_of(report, ()).workers.processors
    empty = np.zeros(len(names) + 1, np.int64)
    workers = dataclasses.replace(columns, processors=bare, first_processor=empty)
    cluster = Cluster(START)
    cluster.apply(dataclasses.replace(report, workers=workers), START + 1)
    answer = table_page(cluster, TableQuestion("processors", limit=50), START + 1)
    assert answer.ids == sorted(names)
    table = TABLES["processors"]
    for values in answer.rows:
        row = dict(zip((column.key for column in table.columns), values, strict=True))
        assert row["pid"] == 0
        assert {row[key] for key in ("cpu", "rss", "initialized", "has_task", "task", "function")} == {None}
        assert row["waiting"] is not None
        assert row["host"]


def test_what_waits_behind_a_worker_is_named_first_seen_first(world):
    answer = page(world, "processors", sort="waiting")
    worker, waits, behind = (TABLES["processors"].index(key) for key in ("worker", "waiting", "behind"))
    row = answer.rows[0]
    tasks = page(world, "tasks", filter="status:queued", scope_kind="worker", scope_id=row[worker])
    assert row[waits] >= len(tasks.rows) > 3
    *named, more = row[behind].split(", ")
    function = TABLES["tasks"].index("function")
    oldest = zip(tasks.ids[::-1], tasks.rows[::-1], strict=True)
    assert named == [f"{values[function]} {task[:8]}" for task, values in oldest][: len(named)]
    assert len(named) == 3
    assert more == f"+{row[waits] - 3}"
    idle = page(world, "processors", filter="waits=0").rows
    assert {values[behind] for values in idle} == {None}


def test_folded_workers_are_one_row(world):
    cluster, _, _ = world
    name = cluster.workers.names[0]
    folded = page(world, "processors", folded=(name,))
    assert name in folded.ids
    assert f"{name}/4000" not in folded.ids
    assert folded.total == len(cluster.workers.processors.pid) - 1
    all_but = page(world, "processors", folded=("*", name))
    assert all_but.total == len(cluster.workers) + 1
    pid = TABLES["processors"].index("pid")
    assert folded.rows[folded.ids.index(name)][pid] == -2
    rss = TABLES["processors"].index("rss")
    assert folded.rows[folded.ids.index(name)][rss] == int(cluster.workers.rss_bytes[0])


def test_a_departure_says_what_went_with_it():
    """One worker says goodbye, one is missing from a report, and with it all of a manager's."""
    cluster, _, now = build_cluster(60)
    workers, report = cluster.workers, cluster.scheduler.report
    sent, manager = workers.columns.sent.tolist(), workers.manager
    busy = [cluster.workers.last_figures(name, now).busy for name in workers.names]
    said, *silent = [name for name, one in zip(workers.names, manager, strict=True) if "gpu" in one]
    expected = {
        name: f"had {sent[at]} tasks, {busy[at]} on processors; of manager {manager[at]}"
        for name, at in workers.index.items()
    }
    assert sent[workers.index[said]] > busy[workers.index[said]] > 0
    cluster.apply(StateWorker(said, "disconnected", None), now)
    kept = [name for name in workers.names if name != said and name not in silent]
    after = dataclasses.replace(report_of(report, kept), managers=report.managers[1:], manager_workers={})
    cluster.apply(after, now + 1)
    rows = page((cluster, None, now + 1), "events", filter="status:disconnected manager").rows
    worker, event, detail = (TABLES["events"].index(key) for key in ("worker", "event", "detail"))
    assert [(row[event], row[detail]) for row in rows if row[worker] == said] == [
        ("StateWorker", expected[said])
    ]
    assert {row[worker]: row[detail] for row in rows if row[event] == "StateScheduler" and row[worker]} == {
        name: expected[name] for name in silent
    }
    assert f"manager {report.managers[0].manager}, had 4 workers" in {row[detail] for row in rows}


def test_failing_functions_are_told_by_their_share_of_failures():
    cluster = Cluster(START)
    ends = {"sound": "s" * 9, "shaky": "s" * 99 + "f", "broken": "sff", "stopped": "cc"}
    for function, states in ends.items():
        for number, end in enumerate(states):
            task_id = function.encode().ljust(14) + number.to_bytes(2, "big")
            state = {"s": "success", "f": "failed", "c": "canceled"}[end]
            cluster.apply(StateTask(task_id, function, state, "w", None, None, None, None, None), START)
    world = cluster, None, START
    cell = TABLES["functions"].columns[TABLES["functions"].index("failure")]
    names = page(world, "functions", sort="failure").ids
    shares = column(world, "functions", "failure", sort="failure")
    assert names == ["broken", "shaky", "sound", "stopped"]
    assert [cell.format(share) for share in shares] == ["66.7%", "1.0%", "0.0%", "-"]
    assert [cell.tone(share) for share in shares] == ["bad", "warn", "", ""]
    assert page(world, "functions", filter="fail%>50").ids == ["broken"]
    assert page(world, "functions", filter="fail>0.5%").matched == 2


def test_what_clients_submitted_adds_up(world):
    sums = zip(*(column(world, "clients", key) for key in ("open", "finished", "missed")), strict=True)
    submitted = column(world, "clients", "submitted")
    assert submitted == [sum(parts) for parts in sums]
    assert all(submitted)


@pytest.mark.parametrize(
    "table", [table for table in TABLES.values() if table.notes], ids=lambda table: table.key
)
def test_notes_speak_of_the_tables_own_columns(table):
    titles = {column.title for column in table.columns}
    for note in table.notes:
        named = re.split(" = |: ", note, maxsplit=1)
        assert named[0] in titles or named == [note]
        assert " = " not in note or set(named[1].split(" + ")) <= titles
        assert len(note) <= 60
    assert table.notes_on(titles | {column.key for column in table.columns}) == list(table.notes)


def test_the_page_of_what_this_monitor_counts_says_since_when(world):
    cluster, _, now = world
    for kind, table in (("function", "functions"), ("client", "clients")):
        facts = dict(describe_facts(cluster, kind, page(world, table).ids[0], now))
        assert facts["counted since"] == format_time(cluster.started)


def test_a_function_says_when_it_ran_on_more_workers_than_are_remembered():
    cluster = Cluster(START, Limits(function_parties=3))
    for number in range(5):
        one = StateTask(bytes([number]) * 16, "f", "running", f"w{number}", None, None, None, None, None)
        cluster.apply_many([one, one._replace(state="success", worker="")], START)
    world = cluster, None, START
    cell = TABLES["functions"].columns[TABLES["functions"].index("workers")]
    (value,) = column(world, "functions", "workers")
    assert cell.format(value) == "3+"
    assert page(world, "functions", filter="workers>=3").matched == 1
    facts = dict(describe_facts(cluster, "function", "f", START))
    assert facts["other workers"] == "2 tasks of others than the 3 remembered"
    assert "other clients" not in facts


def test_an_empty_cluster_has_empty_tables_and_a_whole_answer():
    cluster = Cluster(START)
    status = status_at(cluster, START)
    tables = tuple(TableQuestion(table, sort=TABLES[table].columns[0].key, filter="a") for table in TABLES)
    answer = answer_question(cluster, status, Question("v", tables=tables), START)
    assert [page.rows for page in answer.tables] == [[]] * len(TABLES)
    assert answer.overview.workers is None
    assert answer.overview.task_states is None
    assert answer.overview.queued is None


def test_an_unchanged_question_is_not_worked_out_again(world, monkeypatch):
    import scaler_monitor.views.rows.paging as paging

    first = page(world, "tasks", sort="duration", filter="train")
    monkeypatch.setattr(paging, "sort_positions", lambda *_: pytest.fail("sorted again"))
    assert page(world, "tasks", sort="duration", filter="train") == first


def test_scenario_is_the_same_every_time():
    first, second = build_cluster(30), build_cluster(30)
    for table in TABLES:
        assert page(first, table) == page(second, table)
    assert first[2] == START + 30 < START + SECONDS
    assert math.isfinite(first[2])


def test_a_client_has_what_it_made_among_the_biggest_objects(world):
    cluster, _, _ = world
    held = {}
    for detail in cluster.objects.biggest:
        count, size = held.get(detail.creator, (0, 0))
        held[detail.creator] = (count + 1, size + detail.size_bytes)
    clients = column(world, "clients", "client")
    shown = zip(column(world, "clients", "objects"), column(world, "clients", "object_bytes"), strict=True)
    assert dict(zip(clients, shown, strict=True)) == {name: held.get(name, (0, 0)) for name in clients}
    assert any(held.get(name) for name in clients)


def test_a_release_that_lists_no_objects_leaves_clients_objects_unknown():
    cluster, status, now = build_cluster(5)
    cluster.objects.biggest = None
    assert set(column((cluster, status, now), "clients", "objects")) == {None}


def test_a_silent_worker_is_marked_and_counted(world):
    cluster, _, now = world
    answer = page(world, "workers", filter="seen>5s")
    assert answer.marks == ["stale"]
    assert describe_overview(cluster, now).silent_workers == 1
    assert dict(describe_facts(cluster, "worker", answer.ids[0], now))[""].startswith("silent")
    columns = {column.key: column for column in TABLES["workers"].columns}
    at = TABLES["workers"].index
    for seconds, tone in ((5, ""), (6, "warn"), (16, "bad")):
        assert columns["lag"].tone((400, seconds)) == columns["last_seen"].tone(seconds) == tone
    assert answer.rows[0][at("last_seen")] > 5


def test_seconds_go_on_for_a_worker_that_left_and_its_figures_are_unknown_now():
    cluster, _, now = build_cluster(20)
    report, gone = cluster.scheduler.report, cluster.workers.names[4]
    had = page((cluster, None, now), "workers", filter=f"worker={gone}").rows[0]
    cluster.apply(report_of(report, [name for name in cluster.workers.names if name != gone]), now + 1)
    table = TABLES["workers"]
    ages = []
    for later in (now + 1, now + 31, now + 91):
        cluster.tick(later)
        answer = page((cluster, None, later), "workers", filter=f"worker={gone}")
        assert answer.marks == ["departed"]
        row = dict(zip((column.key for column in table.columns), answer.rows[0], strict=True))
        ages.append(
            (
                row["last_seen"] - had[table.index("last_seen")],
                table.columns[table.index("lag")].format(row["lag"]),
            )
        )
        assert row["manager"] is not None
        assert {row[key] for key in ("cpu", "rss", "memory", "free", "sent", "queued", "suspended")} == {None}
        assert describe_overview(cluster, later).departed_workers == 1
    assert ages == [(0, "gone 0s"), (30, "gone 30s"), (90, "gone 90s")]
    facts = dict(describe_facts(cluster, "worker", gone, now + 91))
    assert facts["sent"] == str(had[table.index("sent")])
    assert facts[""].startswith("departed at ")


def test_figures_of_a_manager_that_left_are_unknown_now():
    cluster, _, now = build_cluster(20)
    manager = next(iter(cluster.managers.rows))
    workers = [
        name for name, of in zip(cluster.workers.names, cluster.workers.manager, strict=True) if of != manager
    ]
    report = report_of(cluster.scheduler.report, workers)
    left = {name: those for name, those in report.manager_workers.items() if name != manager}
    managers = tuple(row for row in report.managers if row.manager != manager)
    cluster.apply(dataclasses.replace(report, manager_workers=left, managers=managers), now + 1)
    cluster.tick(now + 41)
    answer = page((cluster, None, now + 41), "managers", filter=f"manager={manager}")
    assert answer.marks == ["departed"]
    row = dict(zip((c.key for c in TABLES["managers"].columns), answer.rows[0], strict=True))
    assert {row[key] for key in ("workers", "cpu", "rss", "free", "sent", "queued")} == {None}
    assert row["last_seen"] >= 40


def test_the_figures_of_a_row_that_has_gone_from_the_list_are_unknown():
    cluster, _, now = build_cluster(20)
    on = cluster.workers.names[4]
    question = TableQuestion("workers", cursor=on, filter=f"worker={on}")
    table_page(cluster, question, now)
    kept = [name for name in cluster.workers.names if name != on]
    cluster.apply(report_of(cluster.scheduler.report, kept), now + 1)
    cluster.tick(now + 500)
    answer = table_page(cluster, question, now + 500)
    assert answer.marks == ["gone"]
    row = dict(zip((c.key for c in TABLES["workers"].columns), answer.rows[0], strict=True))
    assert row["worker"] == on
    assert {row[key] for key in ("cpu", "rss", "sent", "lag", "last_seen")} == {None}


def test_the_page_of_a_queued_task_says_what_the_schedulers_running_is(world):
    cluster, _, now = world
    queued = page(world, "tasks", filter="status=queued").ids[0]
    assert "sent to a worker" in dict(describe_facts(cluster, "task", queued, now))["status"]


def test_a_function_without_a_name_is_empty_and_one_that_is_not_known_is_unknown():
    """What a task calls: told without a name, told by a processor only, and by an end that leaves it out."""
    cluster = Cluster(START)
    cluster.apply(StateTask(b"1" * 16, "", "running", "w", None, None, None, "c", None), START)
    cluster.apply(StateTask(b"2" * 16, "", "success", "", None, None, None, "c", None), START)
    world = cluster, None, START
    names = dict(zip(page(world, "tasks").ids, column(world, "tasks", "function"), strict=True))
    assert names == {(b"1" * 16).hex(): "", (b"2" * 16).hex(): None}
    assert sorted(map(str, column(world, "events", "function"))) == ["", "None"]
    assert [format_name(name) for name in column(world, "functions", "function")] == ["(empty)"]
