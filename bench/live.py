"""Measures ours and upstream's tools on the same kind of live stream, one after the other."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from functools import partial

import psutil

from bench.bare import bare_repaint_milliseconds
from bench.on_screen import Load, OnScreen, on_screen
from bench.reading import percentile_95, shows_fleet, sort_seconds
from bench.result import Limit, Result
from bench.stream import COMMAND, Simulator, simulator
from scaler_monitor.demo.environment import ensure_scaler_python

SETTLE_SECONDS = 5.0
KEY_REASON = (
    "A key costs a question to the collector, whose threads share an interpreter with the decoding, and"
    " Textual's drawing when all 45 lines change. Tried: the collector a process apart, "
    "orders and columns kept between questions, lines drawn by cells that changed."
)


def our_screen(address: str) -> list[str]:
    """Return the command of our top view."""
    return [*COMMAND, "top", address]


def our_document(address: str, seconds: float) -> dict[str, object]:
    """Return the output of `--once --format json` after `seconds`."""
    done = subprocess.run(
        [*COMMAND, "top", address, "--once", "--after", str(seconds), "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def compare(
    what: str,
    workers: int,
    processors: int,
    tasks_per_second: int,
    *,
    cpu_limit: float,
    key_limit: float | None = None,
    bytes_limit: float | None = None,
    seconds: float = 20.0,
) -> list[Result]:
    """Measure the CPU of ours, of upstream's top and its web GUI; optionally keys and bytes of ours.

    `cpu_limit` is a multiple of upstream's top, `key_limit` one of repaints of a bare app; `bytes_limit` is
    in kB/s.
    """
    with simulator(workers, processors, tasks_per_second) as stream:
        begun = stream.cpu_seconds(), time.monotonic()
        with on_screen(our_screen(stream.address)) as screen:
            screen.wait_for(partial(shows_fleet, workers))
            time.sleep(SETTLE_SECONDS)
            ours = screen.load(seconds)
            keys = sort_seconds(screen, 30) if key_limit is not None else []
        bare = bare_repaint_milliseconds() if key_limit is not None else None
        simulator_percent = 100 * (stream.cpu_seconds() - begun[0]) / (time.monotonic() - begun[1])
        top = upstream_top(stream, seconds)
        gui = upstream_gui_percent(stream, seconds)
    what_top = "top" if top else "top ended by itself"
    note = (
        f"upstream: {what_top}; web GUI (no browser) {gui:.0f} %; simulator apart {simulator_percent:.0f} %"
    )
    results = [
        Result(
            what,
            "% of a core",
            ours.cpu_percent,
            top.cpu_percent if top else None,
            Limit(cpu_limit, "upstream", top.cpu_percent if top else None),
            note,
        )
    ]
    if bytes_limit is not None:
        results.append(
            Result(
                f"{what}, bytes to the terminal",
                "kB/s",
                ours.bytes_per_second / 1000,
                top.bytes_per_second / 1000 if top else None,
                bytes_limit,
            )
        )
    if key_limit is not None:
        results.append(
            Result(
                f"{what}, key to repaint, 95th percentile",
                "ms",
                percentile_95(keys),
                None,
                Limit(key_limit, "bare", bare),
                f"until the rows stand anew; the slowest of {len(keys)} {1000 * max(keys):.0f} ms",
                KEY_REASON,
                bare=bare,
            )
        )
    return results


def upstream_top(stream: Simulator, seconds: float) -> Load | None:
    """Measure upstream's top on a pty; return None if it exits."""
    command = [str(ensure_scaler_python().with_name("scaler_top")), stream.address]
    screen = OnScreen(command, {"SCALER_NETWORK_BACKEND": "ymq"})
    try:
        time.sleep(SETTLE_SECONDS)
        load = screen.load(seconds)
        return load if screen.process.poll() is None else None
    except (psutil.NoSuchProcess, RuntimeError):
        return None
    finally:
        screen.close()


def upstream_gui_percent(stream: Simulator, seconds: float) -> float:
    """Return the CPU of upstream's web GUI without a browser, its minimum."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gui = ensure_scaler_python().with_name("scaler_gui")
    process = subprocess.Popen(
        [str(gui), stream.address, "--gui-address", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SCALER_NETWORK_BACKEND": "ymq"},
    )
    try:
        time.sleep(SETTLE_SECONDS)
        before, begun = psutil.Process(process.pid).cpu_times(), time.monotonic()
        time.sleep(seconds)
        after = psutil.Process(process.pid).cpu_times()
        return 100 * (after.user + after.system - before.user - before.system) / (time.monotonic() - begun)
    finally:
        process.kill()
        process.wait()
