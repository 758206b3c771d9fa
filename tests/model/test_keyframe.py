"""A state restored from a keyframe gives the same answers as the original, now and after more events."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.frames.corpus import RELEASES, read_file, read_frames
from tests.model.streams import Step, follow, streams
from tests.model.worlds import task
from tests.scenario import START, events, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe import keyframe
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.keyframe import PARTS, Part, read_keyframe, write_keyframe
from scaler_monitor.model.limits import Limits
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.wire.decoder import Decoder

PARTIALS = Path(__file__).parent / "frames" / "partials.bin"

NOW = 1_764_000_000.0
SMALL = Limits(
    functions=2, clients=2, names_per_function=2, events=20, departed=2, announced=2, message_names=2
)
TINY = dataclasses.replace(SMALL, tasks=3, functions=1, clients=1, names_per_function=1, function_names=3)


def figures(state: ClusterState, now: float) -> dict[str, Any]:
    """Return all figures of a state: document, overview, totals."""
    return {
        **document(state, status_at(state, now), now),
        "overview": describe_overview(state, now),
        "totals": (state.applied, state.events.total, state.tasks.made, state.functions.folded),
        "standing": {task.hex: state.task_status(task) for task in state.tasks.live.values()},
        "live": list(state.tasks.live),
        "ends": [task.id for task in state.tasks.ended if state.tasks.records.get(task.id) is task],
        "gaps": (state.gaps.between(0.0, now), state.gaps.total, state.gaps.connected),
        "rings": {
            name: [part.tolist() for part in ring.seconds(0, 5e9)]
            for name, ring in vars(state.history).items()
        },
        "departed": (state.workers.departed, state.workers.leaving, state.managers.departed),
        "sets": list(state.timeline.capability_sets),
        "left": (state.events.left_out, state.timeline.folded, state.started, state.now),
        "restarts": (state.scheduler.restarts, state.scheduler.reports, state.scheduler.report_interval),
    }


def restored(state: ClusterState, limits: Limits) -> ClusterModel:
    return ClusterModel.of(read_keyframe(write_keyframe(state.snapshot()), limits))


@given(streams, streams, st.sampled_from([Limits(), SMALL, TINY]))
@settings(max_examples=500, deadline=None)
def test_restoring_a_keyframe_and_applying_the_rest_equals_the_original(
    before: list[Step], after: list[Step], limits: Limits
) -> None:
    whole = ClusterModel(NOW, limits)
    cut = follow(whole, before, NOW)
    again = restored(whole.state, limits)
    assert figures(again.state, cut) == figures(whole.state, cut)
    end = follow(whole, after, cut)
    assert follow(again, after, cut) == end
    assert figures(again.state, end) == figures(whole.state, end)
    assert everything(restored(whole.state, limits).state) == everything(whole.state)


@given(streams, streams)
@settings(max_examples=100, deadline=None)
def test_a_keyframe_of_a_snapshot_may_be_written_while_the_model_is_updated(
    before: list[Step], after: list[Step]
) -> None:
    model = ClusterModel(NOW, SMALL)
    cut = follow(model, before, NOW)
    snapshot = model.state.snapshot()
    written = write_keyframe(snapshot)
    follow(model, after, cut)
    assert write_keyframe(snapshot) == written


SKIPPED = {
    "limits": "handed in again",
    "_machines": "worked out anew",
    "_overdue": "worked out anew",
    "_quantiles": "worked out anew",
    "_shared": "whether a snapshot has it as well",
    "epoch": "counts snapshots",
    "ended": "without those that came back; compared by `figures`",
    "entries": "the newest alone",
    "times": "the newest alone",
    "_memory_blocks": "of the log: of the newest alone",
    "_memory": "of the log, and of the room for names, which is compared by names",
    "_lists": "follows from what is in it",
    "_latest": "not kept",
    "_lasting": "not kept",
    "_slices": "not kept",
    "_sets": "made when needed",
    "_workers": "names of the timeline, made when needed",
    "_functions": "names of the timeline, made when needed",
    "_forget_at": "of the timeline's workers",
    "_forgot": "of the timeline's workers",
    "shared": "whether a snapshot has it as well",
    "function_entry": "compared by name",
    "tally": "compared by name",
}


def everything(thing: Any) -> Any:
    """Return all attributes of a state, recursively, except the skipped ones."""
    if hasattr(thing, "tolist"):
        return thing.tolist()
    if isinstance(thing, dict):
        return {str(key): everything(value) for key, value in thing.items()}
    if isinstance(thing, set | frozenset):
        return sorted(repr(getattr(each, "name", each)) for each in thing)
    if isinstance(thing, str | bytes | int | float | None):
        return thing
    if dataclasses.is_dataclass(thing):
        return {field.name: everything(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, Iterator):
        raise TypeError(thing)
    if hasattr(thing, "__slots__") and not isinstance(thing, tuple):
        held = {name: getattr(thing, name) for name in thing.__slots__}
    elif hasattr(thing, "__dict__"):
        held = vars(thing)
    else:
        return [everything(each) for each in thing]
    return {name: everything(value) for name, value in held.items() if name not in SKIPPED}


@pytest.fixture(scope="module")
def story() -> list[tuple[float, list[Any]]]:
    return list(events())


@pytest.mark.parametrize("cut", [1, 30, 100, -20, -1])
def test_the_scenario_split_at_any_place(story: list[tuple[float, list[Any]]], cut: int) -> None:
    whole = ClusterModel(START)
    whole.feed_changed(True, START)
    again = None
    for at, (now, batch) in enumerate(story):
        for model in filter(None, (whole, again)):
            model.apply_many(batch, now)
            model.tick(now)
        if again is not None:
            assert figures(again.state, now) == figures(whole.state, now)
        if at == cut % len(story):
            again = restored(whole.state, Limits())
    assert again is not None
    assert figures(again.state, now) == figures(whole.state, now)


@pytest.mark.parametrize("version", [*RELEASES, "partials"])
def test_recorded_frames_split_at_any_place(version: str) -> None:
    frames = read_file(PARTIALS) if version == "partials" else read_frames(version)
    for cut in (1, len(frames) // 2, len(frames) - 1):
        decoder, whole, now = Decoder(), ClusterModel(NOW), NOW
        decoded = [decoder.decode(frame) for frame in frames]
        whole.feed_changed(True, now)
        now = follow(whole, decoded[:cut], now)
        again = restored(whole.state, Limits())
        end = follow(whole, decoded[cut:], now)
        follow(again, decoded[cut:], now)
        assert figures(again.state, end) == figures(whole.state, end)


@pytest.mark.parametrize("left_out", PARTS, ids=lambda part: part.name)
def test_every_part_is_necessary(
    story: list[tuple[float, list[Any]]], left_out: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ClusterModel(START)
    whole.feed_changed(True, START - 9)
    whole.feed_changed(False, START - 5)
    whole.feed_changed(True, START)
    for now, batch in story:
        whole.apply_many(batch, now)
        whole.tick(now)
    kept = tuple(part for part in PARTS if part is not left_out)
    monkeypatch.setattr(keyframe, "PARTS", kept)
    try:
        again = restored(whole.state, Limits())
    except BadKeyframe:
        return  # another part depends on it
    assert figures(again.state, now) != figures(whole.state, now)


def test_a_reappeared_task_keeps_its_order_and_counts_after_a_restore() -> None:
    """Even if its function and client were folded and reappeared."""
    limits = Limits(functions=3, clients=3)
    whole = ClusterModel(NOW, limits)
    whole.apply_many([task(0, function="f0", client="c0"), task(0, "success", "f0", client="c0")], NOW)
    for n in range(1, 9):
        stream = [task(n, state, f"f{n % 5}", client=f"c{n % 5}") for state in ("running", "success")]
        whole.apply_many(stream, NOW + n)
    again = restored(whole.state, limits)
    for model in (whole, again):
        model.apply_many([task(n, "inactive", "", client=None) for n in range(9)], NOW + 20)
        model.apply_many([task(n, "failed", "", client=None) for n in range(9)], NOW + 21)
    assert whole.state.functions.folded
    assert whole.state.clients.folded
    assert figures(again.state, NOW + 22) == figures(whole.state, NOW + 22)


def test_old_ended_tasks_and_log_entries_are_not_in_a_keyframe() -> None:
    whole = ClusterModel(NOW)
    for n in range(6_000):
        whole.apply_many([task(n), task(n, "success", worker="", seconds=1.0)], NOW + n)
    again = restored(whole.state, Limits()).state
    assert 2_000 <= len(again.tasks.records) <= 2_200
    assert [*again.tasks.records] == [*whole.state.tasks.records][-len(again.tasks.records) :]
    assert len(again.events) == 200
    assert again.events.evicted == 12_000 - 200
    assert again.functions.entries["work"].success == 6_000
