"""100,000 StateTask/s for 30 s, and a flood of three times as many, which must be shed."""

from __future__ import annotations

import time
from functools import partial

from bench.live import our_screen
from bench.on_screen import OnScreen, on_screen
from bench.reading import dropped, percentile_95, shows_fleet, sort_seconds, states
from bench.result import Result
from bench.stream import Simulator, simulator

SECONDS = 30
TASKS_PER_SECOND = 33_334  # each is three StateTasks
FLOOD_SECONDS = 10
FLOOD_TASKS_PER_SECOND = 100_000
WORKERS = 1000
END_SECONDS = 60.0


def measure() -> list[Result]:
    """Memory, keys, what was shed, and whether the totals are the scheduler's."""
    return [*_overload(), *_flood()]


def _overload() -> list[Result]:
    tasks = TASKS_PER_SECOND * SECONDS
    with (
        simulator(WORKERS, 8, TASKS_PER_SECOND, "--tasks", str(tasks), "--wait") as stream,
        on_screen(our_screen(stream.address)) as screen,
    ):
        screen.wait_for(partial(shows_fleet, WORKERS))
        begun, sent = time.monotonic(), stream.stats()["frames"].get("stateTask", 0)
        keys, memory, cpu = [], [], []
        while stream.stats()["submitted"] < tasks and time.monotonic() - begun < 4 * SECONDS:
            keys += sort_seconds(screen, 2)
            cpu.append(screen.load(0.5).cpu_percent)
            memory.append(screen.megabytes())
        rate = (stream.stats()["frames"]["stateTask"] - sent) / (time.monotonic() - begun)
        wrong = _states_that_differ(stream, screen)
        shed, let_go = dropped(screen.lines), stream.stats()["dropped_monitors"]
    grown = memory[-1] - memory[len(memory) // 2]
    note = f"{rate:,.0f} StateTask/s arrived; {len(keys)} keys, the slowest {1000 * max(keys):.0f} ms"
    used = f"{memory[-1]:.0f} MB at the end, CPU {sum(cpu) / len(cpu):.0f} %"
    told = f"compared with what was sent; {shed:,.0f} frames shed, the screen says"
    return [
        Result(
            "overload, 100,000 StateTask/s: key to repaint, p95", "ms", percentile_95(keys), None, 150, note
        ),
        Result("overload: memory, growth over the last half", "MB", grown, None, 10, used),
        Result("overload: tasks in a wrong state on the screen", "tasks", float(wrong), None, 0, told),
        Result("overload: times that the scheduler let us go", "times", float(let_go), None, 0),
    ]


def _flood() -> list[Result]:
    tasks = FLOOD_TASKS_PER_SECOND * FLOOD_SECONDS
    with (
        simulator(WORKERS, 64, FLOOD_TASKS_PER_SECOND, "--tasks", str(tasks), "--wait") as stream,
        on_screen(our_screen(stream.address)) as screen,
    ):
        screen.wait_for(partial(shows_fleet, WORKERS))
        before, begun, sent = (
            screen.megabytes(),
            time.monotonic(),
            stream.stats()["frames"].get("stateTask", 0),
        )
        keys = []
        while stream.stats()["submitted"] < tasks and time.monotonic() - begun < 6 * FLOOD_SECONDS:
            keys += sort_seconds(screen, 2)
        rate = (stream.stats()["frames"]["stateTask"] - sent) / (time.monotonic() - begun)
        wrong = _states_that_differ(stream, screen)
        shed, let_go = dropped(screen.lines), stream.stats()["dropped_monitors"]
        grown = screen.megabytes() - before
    note = f"{rate:,.0f} StateTask/s arrived, {shed:,.0f} shed and the screen says so; memory +{grown:.0f} MB"
    return [
        Result(
            "flood, 300,000 StateTask/s for 10 s: key to repaint, p95",
            "ms",
            percentile_95(keys),
            note=note,
        ),
        Result("flood: tasks in a wrong state on the screen", "tasks", float(wrong), None, 0),
        Result("flood: times that the scheduler let us go", "times", float(let_go), None, 0),
    ]


def _states_that_differ(stream: Simulator, screen: OnScreen) -> int:
    """Tasks that the screen counts in another state than the simulator, once all have ended."""
    deadline = time.monotonic() + END_SECONDS
    while True:
        sent = stream.stats()["states"]
        ended = not sent.get("running") and not sent.get("inactive")
        shown = states(screen.lines)
        wrong = sum(abs(shown.get(state, 0) - count) for state, count in sent.items())
        if (ended and not wrong) or time.monotonic() > deadline:
            return wrong
        time.sleep(0.5)
