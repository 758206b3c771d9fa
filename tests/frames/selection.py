"""Which of many frames are kept: few, but of every kind that came, in the order in which they came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np

from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import Event, StateScheduler, StateTask

SIZE_AT_MOST = 90_000
BIGGEST_FRAME = 8_000
OF_A_KIND = {"StateObject": 2}
OF_ANY_OTHER_KIND = 5
TASKS_ALIKE = 1
TASKS_ALIKE_AT_ALL = 4


def choose_frames(frames: list[bytes]) -> list[bytes]:
    """Return a varied part of `frames`."""
    decoder = Decoder()
    events = [decoder.decode(frame) for frame in frames]
    kept = choose_reports(events) | choose_tasks(events) | choose_others(events, frames)
    print(Counter(type(event).__name__ for event in events))
    print("kept", Counter(type(events[place]).__name__ for place in kept))
    chosen = [frames[place] for place in sorted(kept)]
    assert sum(map(len, chosen)) <= SIZE_AT_MOST, sum(map(len, chosen))
    return chosen


def choose_reports(events: list[Event]) -> set[int]:
    """The first report, the first with workers, the busiest, one with what is suspended, the last two."""
    reports = [(place, event) for place, event in enumerate(events) if isinstance(event, StateScheduler)]
    kept = {reports[0][0], reports[-1][0], reports[-2][0]}
    kept.add(next(place for place, report in reports if report.workers.worker))
    measures: tuple[Callable[[StateScheduler], int], ...] = (
        lambda report: int(np.sum(report.workers.processors.has_task)),
        lambda report: int(np.sum(report.workers.queued)),
        lambda report: int(np.sum(report.workers.processors.suspended)),
        lambda report: len(report.clients or ()),
        lambda report: int(np.max(report.workers.last_seen_seconds, initial=0)),
        lambda report: int(np.max(report.workers.lag_microseconds, initial=0)),
    )
    for measure in measures:
        kept.add(max(reports, key=lambda entry: measure(entry[1]))[0])
    return kept


def choose_tasks(events: list[Event]) -> set[int]:
    """The whole trails of a few tasks of each kind: same states, events, function and capabilities."""
    trails: dict[bytes, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        if isinstance(event, StateTask):
            trails[event.task_id].append(place)
    seen: Counter[object] = Counter()
    kept: set[int] = set()
    for places in trails.values():
        steps = [step for place in places if isinstance(step := events[place], StateTask)]
        kind = tuple((step.function, step.state, step.event, step.capabilities) for step in steps)
        states = tuple(step.state for step in steps)
        if seen[kind] < TASKS_ALIKE and seen[states] < TASKS_ALIKE_AT_ALL:
            seen[kind] += 1
            seen[states] += 1
            kept.update(places)
    return kept


def choose_others(events: list[Event], frames: list[bytes]) -> set[int]:
    """A few of each other kind: the first and the last of them, and the biggest."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        if not isinstance(event, (StateScheduler, StateTask)) and len(frames[place]) <= BIGGEST_FRAME:
            places[f"{type(event).__name__} {getattr(event, 'state', '')}"].append(place)
    kept: set[int] = set()
    for kind, found in places.items():
        kept.update(found[: OF_A_KIND.get(kind.split()[0], OF_ANY_OTHER_KIND)])
        kept.update((found[-1], max(found, key=lambda place: len(frames[place]))))
    return kept
