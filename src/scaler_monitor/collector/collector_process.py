"""The main function of a collector process, which runs until its viewer is gone."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from scaler_monitor import __version__
from scaler_monitor.collector.viewer_liveness import ViewerLiveness
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.garbage import loading
from scaler_monitor.system.logs import finish_log, logger, open_log
from scaler_monitor.system.open_files import TooFewOpenFiles, ensure_open_files
from scaler_monitor.system.runtime_folder import remove_runtime_folder
from scaler_monitor.wire.frame_limits import FRAME_LIMIT

if TYPE_CHECKING:
    from scaler_monitor.collector.serving import Server

SWITCH_SECONDS = 0.001
"""Switch interval of the interpreter: the reader must not wait for the decoder."""

_log = logger(__name__)

YOUNG_OBJECTS = 50_000
"""Allocations between garbage collections; the default would traverse the model too often."""


def run(arguments: list[str]) -> int:
    """Run until the viewer is gone or a signal arrives, then exit the process; return 1 on a failed start."""
    options = _parser().parse_args(arguments)
    viewer = ViewerLiveness(options.lifeline, options.viewer_silence)
    try:
        ensure_open_files()
    except TooFewOpenFiles as error:
        return _leave(str(error), 1)
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: ended.append(number))
    sys.setswitchinterval(SWITCH_SECONDS)

    _open_log(options)
    try:
        code = _watch(options, viewer, ended)
    except Exception as error:
        code = _leave(report_crash(error, "collector"), 1)
    finally:
        if options.folder:
            remove_runtime_folder(Path(options.folder))
    sys.stderr.flush()
    finish_log()
    os._exit(code)  # without waiting for threads


def _open_log(options: argparse.Namespace) -> None:
    """Open the log file given by the viewer, which has checked it; continue without a log if that fails."""
    if options.log_file:
        with contextlib.suppress(OSError):
            open_log(Path(options.log_file), "collector")
    _log.info("collector of scaler-monitor %s, Python %s", __version__, sys.version.split()[0])
    _log.info("options: %s", vars(options))


def _watch(options: argparse.Namespace, viewer: ViewerLiveness, ended: list[int]) -> int:
    with loading(YOUNG_OBJECTS):
        from scaler_monitor.collector.open_source import open_source
        from scaler_monitor.collector.serving import Server
        from scaler_monitor.collector.watch import Watch
        from scaler_monitor.wire.address import BadAddress

    try:
        source = open_source(options.address, options.frame_limit)
    except BadAddress as error:
        return _leave(str(error), 2)
    watch = Watch(source)
    watch.start()
    try:
        server = Server(watch, options.endpoint)
    except OSError as error:
        watch.stop()
        return _leave(f"cannot answer at {options.endpoint}: {error.strerror}", 1)
    server.start()
    why = _wait(viewer, ended, watch.stopping, server)
    server.stop()
    watch.stop()
    return _leave(watch.failure or why, 1 if watch.failure else 0)


def _wait(viewer: ViewerLiveness, ended: list[int], stopping: Event, server: Server) -> str:
    """Wait for a reason to exit, and return it."""
    while not ended and not stopping.is_set():
        if gone := viewer.check(lambda: server.last_message):
            return gone
    return f"ended by {signal.Signals(ended[0]).name}" if ended else ""


def _leave(why: str, code: int) -> int:
    """Write the reason to stderr, which only the viewer reads; return `code`."""
    _log.info("leaves with exit code %d: %s", code, why or "no reason given")
    if why:
        print(why, file=sys.stderr, flush=True)  # noqa: T201
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scaler_monitor.collector")
    parser.add_argument("address", help="where the scheduler speaks to monitors")
    parser.add_argument("--endpoint", required=True, help="ZeroMQ endpoint to answer viewers at")
    parser.add_argument(
        "--lifeline", type=int, help="descriptor of a pipe whose end means: the viewer has gone"
    )
    parser.add_argument("--folder", default="", help="runtime folder to remove at the end")
    parser.add_argument(
        "--viewer-silence", type=float, default=120.0, help="seconds after which to leave without a lifeline"
    )
    parser.add_argument(
        "--frame-limit", type=int, default=FRAME_LIMIT, help="bytes of the largest frame read"
    )
    parser.add_argument("--log-file", default="", help="file to write a log to")
    return parser
