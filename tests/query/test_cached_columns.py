"""Columns that are kept across states equal new columns."""

from __future__ import annotations

import pytest
from tests.model.worlds import number, report, task
from tests.scenario import SECONDS, START, build_cluster, events

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.event_log import TasksLeftOut
from scaler_monitor.model.limits import Limits
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import MAX_COLUMNS, Names
from scaler_monitor.query.matching import Contains, Regex
from scaler_monitor.query.row_cache import row_cache
from scaler_monitor.query.table_page import table_page

FILTERS = {
    "tasks": ("", "train -success", "/[ab]3/", "f3", "worker:/gpu/ status:queued", "duration>1s"),
    "events": ("", "train running", "/[ab]3/", "f3", "-worker:gpu", "detail:grew", "grew 1", "highmem"),
    "workers": ("", "gpu", "/on.*m/ -train"),
    "processors": ("", "train", "busy=yes f3", "behind:price"),
}


@pytest.mark.parametrize("table", FILTERS)
def test_cached_columns_equal_new_columns(table: str) -> None:
    kept_model = ClusterModel(START, Limits(tasks=150, events=400))
    kept = kept_model.state
    sorts = [column.key for column in TABLES[table].columns]
    asked = 0
    for second, (now, happened) in enumerate(events(SECONDS)):
        kept_model.apply_many(happened, now)
        kept_model.tick(now)
        if second % 5:
            continue
        fresh = kept.snapshot()
        for place, filter_text in enumerate(FILTERS[table]):
            sort = sorts[(second // 5 + place) % len(sorts)]
            question = TableQuestion(
                table, sort=sort, filter=filter_text, limit=1000, descending=bool(second % 2)
            )
            mine, anew = table_page(kept, question, now), table_page(fresh, question, now)
            assert not mine.filter_error
            if table == "events":
                # what an entry said of its worker stays, also when its task has gone on since
                assert mine.total == anew.total
                if not filter_text and sort not in ("worker", "client", "function"):
                    assert mine.ids == anew.ids
                assert set(anew.ids) <= set(mine.ids) or filter_text.startswith("-")
            else:
                assert mine == anew, (second, question)
            asked += mine.matched
    assert asked > 500
    assert kept.tasks.evicted


def test_ids_of_unusual_sizes_are_found_and_sorted_too() -> None:
    ids = [b"\x01\xab", b"", b"\xff" * 16, b"\x01" * 40]
    column = IdColumn(ids)
    assert column.texts() == ["01ab", None, "ff" * 16, "01" * 40]
    names = Names()
    assert column.matching(Contains("01"), "01").tolist() == [True, False, False, True]
    assert column.matching(Regex("^01a")).tolist() == [True, False, False, False]
    assert len(names) == 1


def test_a_name_has_one_number_and_unknown_is_none_of_them() -> None:
    names = Names()
    numbers = names.encode(["b", None, "A", "b"])
    assert numbers.tolist() == [1, 0, 2, 1]
    assert names.encode(["A", "c"]).tolist() == [2, 3]
    ranks = names.ranks()[numbers].tolist()
    assert ranks[2] < ranks[0] == ranks[3]
    assert ranks[1] != ranks[1]
    assert names.contained_in({"A", None})[numbers].tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    "words", ["grew", "cpu 1", "1.2", "highmem", "success", "5ms", "report", "3", "s, gr"]
)
def test_plain_words_search_details_too(words: str) -> None:
    cluster, _, now = build_cluster()
    text_columns = [at for at, column in enumerate(TABLES["events"].columns) if column.key != "time"]
    everything = table_page(cluster, TableQuestion("events", limit=100_000), now)
    wanted = f'"{words}"' if "," in words else words
    found = table_page(cluster, TableQuestion("events", filter=wanted, limit=100_000), now)
    each = [words] if "," in words else words.split()
    expected = [
        row_id
        for row_id, row in zip(everything.ids, everything.rows, strict=True)
        if all(any(word.lower() in (row[at] or "").lower() for at in text_columns) for word in each)
    ]
    assert found.ids == expected
    assert found.ids


def test_the_log_counts_what_it_left_out() -> None:
    model = ClusterModel(START)
    cluster = model.state
    cluster.events.write(TasksLeftOut(7), START)
    row = table_page(cluster, TableQuestion("events"), START).rows[0]
    assert row[3] == "processor report"
    assert row[-1].startswith("7 more tasks")


class CountingName(str):
    """A name that counts how often it is compared."""

    __slots__ = ()
    looks = 0

    def lower(self) -> str:
        """Count, and lower."""
        CountingName.looks += 1
        return super().lower()


def test_a_new_name_is_inserted_without_sorting_all_names() -> None:
    names = Names()
    names.encode([CountingName(f"name {n * 7919 % 5000}") for n in range(5000)])
    names.ranks()
    CountingName.looks = 0
    names.encode([CountingName("NAME 3"), CountingName("name 3000 and more"), CountingName("")])
    grown = names.ranks().tolist()
    assert 0 < CountingName.looks < 200
    known = sorted(range(1, len(names)), key=lambda at: (names.texts[at].lower(), names.texts[at]))
    assert [grown[at] for at in known] == list(range(len(known)))


def test_texts_that_change_with_every_report_are_not_kept_as_names() -> None:
    model = ClusterModel(START)
    cluster = model.state
    kept = {}
    for round_ in range(6):
        first = 100 * round_
        workers = {f"w{n}": [number(first + n)] for n in range(20)}
        model.apply_many(
            [task(first + n, worker=f"w{n % 20}", function="f" * 10_000) for n in range(60)]
            + [report(workers)],
            START + round_,
        )
        for table in ("workers", "processors"):
            for key in ("task", "behind", "worker", "function"):
                if key in {column.key for column in TABLES[table].columns}:
                    question = TableQuestion(table, sort=key, filter="f")
                    assert table_page(cluster, question, START).matched
        kept[round_] = len(row_cache(cluster).columns.names)
    assert len(set(kept.values())) == 1, kept
    behind = TABLES["processors"].index("behind")
    texts = [row[behind] for row in table_page(cluster, TableQuestion("processors"), START).rows]
    assert all(0 < len(text) < 120 for text in texts), texts


def test_a_snapshot_has_the_waiting_tasks_of_its_workers() -> None:
    cluster, _, now = build_cluster()
    question = TableQuestion("processors", sort="waiting")
    mine = table_page(cluster, question, now)
    assert table_page(cluster.snapshot(), question, now) == mine
    behind = TABLES["processors"].index("behind")
    assert any(row[behind] for row in mine.rows)


def test_a_repeated_tuple_of_names_is_encoded_once() -> None:
    names = Names()
    columns = [tuple(f"{column} {row}" for row in range(5)) for column in range(20)]
    numbers = [names.encode(column).tolist() for column in columns]
    assert names.encode(columns[-1]) is names.encode(columns[-1])
    assert [names.encode(tuple(column)).tolist() for column in columns] == numbers
    changing: list[str | None] = ["0 1", None]
    assert names.encode(changing).tolist() == [numbers[0][1], 0]
    changing[1] = "0 2"
    assert names.encode(changing).tolist() == numbers[0][1:3]
    assert len(names._columns) == MAX_COLUMNS
