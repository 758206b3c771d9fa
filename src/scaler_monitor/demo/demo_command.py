"""The command `scaler-monitor demo`: a real local cluster with a workload, and the monitor on it."""

from __future__ import annotations

import argparse
import os
import sys

from scaler_monitor.demo.environment import (
    CURRENT_RELEASE,
    ScalerUnavailable,
    check_scaler_python,
    ensure_scaler_python,
)
from scaler_monitor.demo.local_cluster import ClusterFailed, LocalCluster
from scaler_monitor.system.error_output import print_error
from scaler_monitor.system.interpreter import (
    enter_working_folder,
    environment_for_python,
    own_interpreter,
)
from scaler_monitor.system.logs import with_absolute_log_path

_NAME = "scaler-monitor demo"
_ACCESS_WARNING = (
    "its scheduler and object storage, which listen on 127.0.0.1, run what any user of this machine sends "
    "them, as you: Scaler has nothing narrower for them, so run it only where you trust all users"
)
_MONITOR_CODE = "import sys; from scaler_monitor.cli.main import main; sys.exit(main())"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `demo`; those about output are passed on to the monitor."""
    parser.add_argument(
        "--scaler-python",
        metavar="PATH",
        help="a Python that has opengris-scaler; without it, an environment is made once in the cache folder",
    )
    parser.add_argument("--tabs", action="store_true", help="start on the tabs instead of the top view")
    parser.add_argument(
        "--wire", choices=("ymq", "zmq"), default="ymq", help="transport (default: %(default)s)"
    )
    parser.add_argument("--once", action="store_true", help="no screen: observe, print once, exit")
    parser.add_argument("--after", metavar="SECONDS", help="with --once: observe this long")
    parser.add_argument("--batch", action="store_true", help="no screen: print again and again")
    parser.add_argument("-d", dest="delay", metavar="SECONDS", help="with --batch: between two prints")
    parser.add_argument("-n", dest="count", metavar="COUNT", help="with --batch: end after so many")
    parser.add_argument("--format", choices=("text", "json"), help="with --once or --batch")


def run(options: argparse.Namespace) -> int:
    """Start the cluster and replace this process by the monitor; the cluster stops with the monitor.

    Returns an exit code only if that fails.
    """
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    if not (options.once or options.batch or at_terminal):
        return print_error(_NAME, "not at a terminal, so no screen; try --once or --batch", 2)
    try:
        if options.scaler_python is not None:
            python = check_scaler_python(options.scaler_python)
        else:
            python = ensure_scaler_python(CURRENT_RELEASE, _print_status)
        _print_status(_ACCESS_WARNING)
        _print_status("starting a scheduler with two worker managers")
        with LocalCluster(python, backend=options.wire, scheme="ipc") as cluster:
            cluster.start_workload()
            watch = f"scaler_top {cluster.monitor_address}"
            _print_status(f"{cluster.workers} workers are at work; from another terminal: {watch}")
            cluster.survive_exec()
            # the monitor replaces this process, so that it receives Ctrl+Z and signals directly
            command = own_interpreter().run_code(_MONITOR_CODE, *_monitor_arguments(cluster, options))
            environment = with_absolute_log_path(environment_for_python())
            enter_working_folder()
            os.execve(command[0], command, environment)  # noqa: S606
    except (ScalerUnavailable, ClusterFailed) as error:
        return print_error(_NAME, str(error), 1)


def _monitor_arguments(cluster: LocalCluster, options: argparse.Namespace) -> list[str]:
    arguments = ["gui" if options.tabs else "top", cluster.monitor_address]
    arguments += [f"--{name}" for name in ("once", "batch") if getattr(options, name)]
    for flag, value in (
        ("--after", options.after),
        ("-d", options.delay),
        ("-n", options.count),
        ("--format", options.format),
    ):
        if value is not None:
            arguments += [flag, value]
    return arguments


def _print_status(line: str) -> None:
    print(f"demo: {line}", file=sys.stderr, flush=True)  # noqa: T201
