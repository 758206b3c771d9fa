"""Overload with StateTasks: the highest rate without loss, a flood that must be dropped, and long names."""

from __future__ import annotations

import time
from functools import partial
from typing import NamedTuple

from bench.bare import bare_repaint_milliseconds
from bench.live import our_screen
from bench.on_screen import OnScreen, on_screen
from bench.reading import dropped, percentile_95, shows_fleet, sort_seconds, states
from bench.result import Limit, Result
from bench.stream import Simulator, simulator

WORKERS = 1000
END_SECONDS = 60.0


class Stream(NamedTuple):
    """A stream and its limits."""

    name: str
    rate: str  # of StateTasks, for display
    seconds: int
    tasks_per_second: int  # each is three StateTasks
    processors: int  # per worker: the number of concurrent tasks
    key_limit: float | None  # repaints of a bare app
    growth_limit: float | None  # MB in the second half
    functions: tuple[str, ...] = ()  # names of functions; those of the simulator if empty


OVERLOAD = Stream("overload", "100,000 StateTask/s for 30 s", 30, 33_334, 8, 5, 10)
FLOOD = Stream("flood", "300,000 StateTask/s for 10 s", 10, 100_000, 64, None, None)
LONG_NAMES = Stream(
    "long names",
    "10,000 StateTask/s for 30 s, functions of 10,000 characters",
    30,
    3_334,
    8,
    5,
    10,
    tuple(f"{letter * 9_999}{number}" for number, letter in enumerate("abcd")),
)


def measure() -> list[Result]:
    """Measure keys, memory, dropped frames, and errors of the totals, for each stream."""
    bare = bare_repaint_milliseconds()  # on an idle machine
    return [result for stream in (OVERLOAD, FLOOD, LONG_NAMES) for result in _under(stream, bare)]


def _under(stream: Stream, bare: float) -> list[Result]:
    tasks = stream.tasks_per_second * stream.seconds
    options = ["--tasks", str(tasks), "--wait"]
    if stream.functions:
        options += ["--functions", ",".join(stream.functions)]
    with (
        simulator(WORKERS, stream.processors, stream.tasks_per_second, *options) as simulated,
        on_screen(our_screen(simulated.address)) as screen,
    ):
        screen.wait_for(partial(shows_fleet, WORKERS))
        begun, sent = time.monotonic(), _state_tasks(simulated)
        keys, cpu, memory = [], [], [screen.megabytes()]
        while simulated.stats()["submitted"] < tasks and time.monotonic() - begun < 5 * stream.seconds:
            keys += sort_seconds(screen, 2)
            cpu.append(screen.load(0.5).cpu_percent)
            memory.append(screen.megabytes())
        rate = (_state_tasks(simulated) - sent) / (time.monotonic() - begun)
        wrong = _states_that_differ(simulated, screen)
        shed, let_go = dropped(screen.lines), simulated.stats()["dropped_monitors"]
    name, pressed = stream.name, f"{len(keys)} keys, the slowest {1000 * max(keys):.0f} ms"
    used = f"{memory[0]:.0f} MB at the beginning, {memory[-1]:.0f} MB at the end"
    return [
        Result(
            f"{name}, {stream.rate}: key to repaint, p95",
            "ms",
            percentile_95(keys),
            None,
            None if stream.key_limit is None else Limit(stream.key_limit, "bare", bare),
            f"{rate:,.0f} StateTask/s arrived; {pressed}; CPU {sum(cpu) / len(cpu):.0f} %",
            bare=bare,
        ),
        Result(
            f"{name}: memory, growth over the last half",
            "MB",
            memory[-1] - memory[len(memory) // 2],
            None,
            stream.growth_limit,
            used,
        ),
        Result(
            f"{name}: tasks in a wrong state on the screen",
            "tasks",
            float(wrong),
            None,
            0,
            f"compared with what was sent; {shed:,.0f} frames shed, the screen says",
        ),
        Result(f"{name}: times that the scheduler let us go", "times", float(let_go), None, 0),
    ]


def _state_tasks(simulated: Simulator) -> int:
    """Return the number of tasks sent so far."""
    return int(simulated.stats()["frames"].get("stateTask", 0))


def _states_that_differ(simulated: Simulator, screen: OnScreen) -> int:
    """Return the number of tasks in a different state than in the simulator, after all have ended."""
    deadline = time.monotonic() + END_SECONDS
    while True:
        sent = simulated.stats()["states"]
        ended = not sent.get("running") and not sent.get("inactive")
        shown = states(screen.lines)
        wrong: int = sum(abs(shown.get(state, 0) - count) for state, count in sent.items())
        if (ended and not wrong) or time.monotonic() > deadline:
            return wrong
        time.sleep(0.5)
