"""The tabs at 10,000 workers and 50,000 tasks: switch, sort, filter, and the cost of hidden tabs."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.bare import bare_repaint_milliseconds
from bench.on_screen import OnScreen, Screen, on_screen
from bench.reading import matched, percentile_95
from bench.result import Limit, Result
from bench.stream import COMMAND, Simulator, simulator

WORKERS, PROCESSORS, TASKS_PER_SECOND, TASKS = 10_000, 2, 2000, 50_000
BARE_REPAINTS = 3.0
"""The limit for each key."""
ROUNDS = 5
LOAD_SECONDS = 20.0
SETTLE_SECONDS = 1.5
REASON = (
    "Rows of all 20,000 processors or 50,000 tasks are gone through while 6,000 StateTask/s are decoded"
    " under the same interpreter lock, then all 45 lines are drawn by Textual. Tried: names ranked and "
    "searched once, columns kept between states of the cluster, a place asked for while it is laid out "
    "and painted once, with its answer, no search for garbage among what was loaded."
)
ALIKE_POINTS = 2.0
"""Noise: percent of a core by which two equal measurements differ."""

SHOWN = {
    b"1": r"manager.*identity[\s\S]*pool-000",
    b"2": r"task +function +status.*[\s\S]*\d\d:\d\d:\d\d [0-9a-f]{8}",
    b"3": r"of 10,000 workers[\s\S]*Worker\|SIM",
    b"4": r"Memory and CPU +\d+ min[\s\S]*[▁▂▃▄▅▆▇█]",
    b"5": r"worker.*pid[\s\S]*Worker\|SIM.* 10\d\d",
    b"6": r"status +event[\s\S]*(hasCapacity|taskResult|inactive)",
    b"7": r"function +tasks[\s\S]*train_model",
    b"8": r"host.*managers[\s\S]*node-00",
    b"9": r"client +host[\s\S]*Client\|SIM",
    b"0": r"object +name[\s\S]*table-0",
}
"""By key: text on the screen once the tab has its header and data."""

ERASE = b"\x7f"
WORKER_FILTER = b"IM|00", (b"4", b"3", b"2", ERASE, ERASE, ERASE)
TASK_FILTER = b"r", (b"i", b"s", b"z", ERASE, ERASE, ERASE)
"""The text typed first, and the measured keystrokes, each of which changes the matching rows."""

_CLOCK = re.compile(r"^ +(\d\d):(\d\d):(\d\d) [0-9a-f]{8}", re.MULTILINE)
_PROCESSOR = re.compile(r"Worker\|SIM\S* +(\d+) ")  # its pid: simulated ones start at 1000


def measure() -> list[Result]:
    """Measure keys on a pty with 6,000 StateTasks/s and a report per second; CPU with hidden tabs.

    The CPU with visible and with hidden tabs is that of two monitors at the same time, so that conditions are
    equal.
    """
    bare = bare_repaint_milliseconds()
    with (
        simulator(WORKERS, PROCESSORS, TASKS_PER_SECOND) as stream,
        on_screen([*COMMAND, "gui", stream.address]) as screen,
    ):
        screen.wait_for(partial(_shows, b"1"))
        screen.type(b"8")
        screen.wait_for(partial(_shows, b"8"))
        _full_log(stream)
        first = [_switch(screen, key) for key in SHOWN]
        switches = [_switch(screen, key) for _ in range(ROUNDS) for key in SHOWN]
        _switch(screen, b"5")
        sorts = [screen.key_seconds(b"r", _processors_turned) for _ in range(3 * ROUNDS)]
        worker_filter = _filter(screen, *WORKER_FILTER)
        _switch(screen, b"2")
        task_sorts = [screen.key_seconds(b"r", _tasks_turned) for _ in range(3 * ROUNDS)]
        task_filter = _filter(screen, *TASK_FILTER)
        _switch(screen, b"8")
        with on_screen([*COMMAND, "gui", stream.address]) as other, ThreadPoolExecutor() as at_once:
            other.wait_for(partial(_shows, b"1"))
            other.type(b"8")
            other.wait_for(partial(_shows, b"8"))
            _full_log(stream)
            seen, unseen = at_once.map(lambda one: one.load(LOAD_SECONDS).cpu_percent, (screen, other))
    at = "10,000 workers, 50,000 tasks"
    return [
        _row(f"{at}: a tab switch, to its head and its data", switches, bare),
        _row(f"{at}: the first switch to each tab", first, bare),
        _row(f"{at}: a sort of 20,000 processors", sorts, bare),
        _row(f"{at}: a sort of the task log", task_sorts, bare),
        _row(f"{at}: a keystroke in the filter of 20,000 processors", worker_filter, bare),
        _row(f"{at}: a keystroke in the filter of the task log", task_filter, bare),
        Result(
            f"{at}: what tabs cost once they have been seen and left",
            "% of a core",
            max(0.0, seen - unseen),
            None,
            ALIKE_POINTS,
            f"Machines in sight: {seen:.1f} % after all others; {unseen:.1f} % beside it, none other seen",
        ),
    ]


def _full_log(stream: Simulator) -> None:
    """Wait until a running monitor has a full task log."""
    enough = stream.stats()["submitted"] + TASKS + 5000
    while stream.stats()["submitted"] < enough:
        time.sleep(1.0)


def _row(measure: str, seconds: list[float], bare: float) -> Result:
    note = f"p95; the slowest {1000 * max(seconds):.0f} ms of {len(seconds)}"
    limit = Limit(BARE_REPAINTS, "bare", bare)
    return Result(measure, "ms", percentile_95(seconds), None, limit, note, REASON, bare=bare)


def _switch(screen: OnScreen, key: bytes) -> float:
    return screen.key_seconds(key, lambda _, after: _shows(key, after))


def _filter(screen: OnScreen, first: bytes, keys: tuple[bytes, ...]) -> list[float]:
    screen.type(b"/" + first)
    screen.wait_for(matched)
    time.sleep(SETTLE_SECONDS)
    took = [screen.key_seconds(key, _matches_others) for _ in range(ROUNDS) for key in keys]
    screen.type(b"\x1b")
    return took


def _shows(key: bytes, screen: Screen) -> bool:
    return re.search(SHOWN[key], "\n".join(screen)) is not None


def _matches_others(before: Screen, after: Screen) -> bool:
    """Return whether the share of matching rows changed by more than new tasks can change it."""
    was, now = matched(before), matched(after)
    if was is None or now is None:
        return False
    return abs(was[0] / max(was[1], 1) - now[0] / max(now[1], 1)) > 0.3 * max(was[0] / max(was[1], 1), 1e-9)


def _processors_turned(before: Screen, after: Screen) -> bool:
    """Return whether the first row is from the other end of the workers."""
    was, now = (_PROCESSOR.search("\n".join(screen)) for screen in (before, after))
    return was is not None and now is not None and abs(int(was[1]) - int(now[1])) > WORKERS


def _tasks_turned(before: Screen, after: Screen) -> bool:
    """Return whether the first row is from the other end of the log."""
    was, now = (_CLOCK.search("\n".join(screen)) for screen in (before, after))
    return (
        was is not None
        and now is not None
        and abs(_seconds(was) - _seconds(now)) > TASKS / TASKS_PER_SECOND / 3
    )


def _seconds(clock: re.Match[str]) -> int:
    return 3600 * int(clock[1]) + 60 * int(clock[2]) + int(clock[3])
