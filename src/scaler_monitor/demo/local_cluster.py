"""Runs a real scheduler with object storage, two worker managers and their workers on this machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

import psutil

from scaler_monitor.demo.config import DEFAULT_POOLS, ClusterConfig, WorkerPool, write_toml
from scaler_monitor.demo.environment import CURRENT_RELEASE
from scaler_monitor.demo.guarded import GuardedCommand
from scaler_monitor.demo.ports import free_ports
from scaler_monitor.system.interpreter import (
    WORKING_FOLDER,
    Interpreter,
    ask_interpreter,
    environment_for_python,
)
from scaler_monitor.system.marked_folder import make_marked_folder, remove_marked_folder

Backend = Literal["ymq", "zmq"]
Scheme = Literal["tcp", "ipc", "tls", "ws", "wss"]

MAX_SOCKET_NAME = len("scaler_client_") + 32
"""Bytes of the longest socket name in the cluster's folder: a client's."""

_MONITOR_UP = "listen to scheduler monitor address"
_WORKLOAD = str(Path(__file__).with_name("workload.py").absolute())


class ClusterFailed(Exception):
    """The cluster did not start or has exited; the message ends with the last line of its log."""


class LocalCluster:
    """A context manager that runs a cluster, and removes all processes and files of it at exit.

    `python` is an interpreter with opengris-scaler `version`. `monitor_address` and `scheduler_address` are
    strings in Scaler's format. The cluster also exits if this process is killed.
    """

    def __init__(
        self,
        python: Path,
        *,
        version: str = CURRENT_RELEASE,
        backend: Backend | None = None,
        scheme: Scheme = "tcp",
        report_interval_seconds: int = 1,
        pools: Sequence[WorkerPool] = DEFAULT_POOLS,
        certificate: tuple[Path, Path] | None = None,
        start_timeout_seconds: float = 60.0,
    ) -> None:
        self.python = python.absolute()
        self.version = version
        self._folder = make_marked_folder("scaler-cluster-", MAX_SOCKET_NAME)
        self._start_timeout = start_timeout_seconds
        self._environment = _peer_environment(version, backend, self._folder)
        self._interpreter: Interpreter | None = None
        port = free_ports(3)
        self.config = ClusterConfig(
            scheduler_address=f"tcp://127.0.0.1:{port}",
            storage_address=f"tcp://127.0.0.1:{port + 1}",
            monitor_address=(
                f"ipc://{self._folder}/monitor" if scheme == "ipc" else f"{scheme}://127.0.0.1:{port + 2}"
            ),
            pools=tuple(pools),
            report_interval_seconds=report_interval_seconds,
            certificate=certificate,
        )
        self._scaler: GuardedCommand | None = None
        self._workload: GuardedCommand | None = None

    @property
    def scheduler_address(self) -> str:
        """The address for clients."""
        return self.config.scheduler_address

    @property
    def monitor_address(self) -> str:
        """The address for monitors."""
        return self.config.monitor_address

    @property
    def workers(self) -> int:
        """The number of workers of the complete cluster."""
        return sum(pool.workers for pool in self.config.pools)

    def __enter__(self) -> LocalCluster:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, *, with_workers: bool = True) -> None:
        """Start the cluster, and wait for the monitor address and for the workers. Raises ClusterFailed."""
        self._start_parts()
        self._wait_for_log(_MONITOR_UP, 1)
        if with_workers:
            self._request_workers()

    def stop(self) -> None:
        """Stop the cluster; its addresses, configuration and log are kept."""
        for command in (self._workload, self._scaler):
            if command is not None:
                command.stop()
        self._workload = self._scaler = None

    def close(self) -> None:
        """Stop the cluster and remove its folder."""
        self.stop()
        remove_marked_folder(self._folder)

    def restart_scheduler(self, down_seconds: float = 0.0, *, with_workers: bool = False) -> None:
        """Stop the whole cluster and start it again on the same addresses.

        `scaler CONFIG.toml` exits with its scheduler, so the workers are also new.
        """
        self.stop()
        time.sleep(down_seconds)
        self._log_path.unlink(missing_ok=True)
        self.start(with_workers=with_workers)

    def start_workload(self, *options: str) -> None:
        """Start the workload of `demo.workload` on this cluster; it runs until `stop`."""
        self._workload = self._guard(
            self._scaler_python.run_script(_WORKLOAD, self.scheduler_address, *options)
        )

    def survive_exec(self) -> None:
        """Keep the cluster running when this process calls `exec`; it stops when the new program exits."""
        for command in (self._scaler, self._workload):
            if command is not None:
                command.survive_exec()

    def run_client(self, script: str, timeout: float = 60.0) -> str:
        """Run a Python `script` with the cluster's release and the scheduler's address as its argument.

        Returns its standard output. Raises ClusterFailed if it fails.
        """
        finished = subprocess.run(
            self._scaler_python.run_code(script, self.scheduler_address),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=WORKING_FOLDER,
            env=self._environment,
        )
        if finished.returncode:
            raise ClusterFailed(f"a client of the cluster failed: {finished.stderr[-2000:]}")
        return finished.stdout

    def scheduler_process(self) -> psutil.Process:
        """Return the scheduler's process: the one that listens on its port. Raises ClusterFailed."""
        if self._scaler is None:
            raise ClusterFailed("the cluster does not run")
        port = int(self.scheduler_address.rpartition(":")[2])
        for process in psutil.Process(self._scaler.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any(
                    c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in process.net_connections()
                ):
                    return process
        raise ClusterFailed(f"no process listens on port {port}")

    def log_text(self) -> str:
        """Return the log of the cluster's processes since the last start."""
        try:
            return self._log_path.read_text(errors="replace")
        except OSError:
            return ""

    @property
    def _scaler_python(self) -> Interpreter:
        """The cluster's Python interpreter, queried once. Raises ClusterFailed."""
        if self._interpreter is None:
            try:
                self._interpreter = ask_interpreter(str(self.python), self._environment)
            except OSError as error:
                raise ClusterFailed(f"{self.python} does not run as a Python: {error}") from error
        return self._interpreter

    @property
    def _log_path(self) -> Path:
        return self._folder / "cluster.log"

    def _guard(self, command: list[str]) -> GuardedCommand:
        with self._log_path.open("ab") as log:
            return GuardedCommand(command, self._folder, log, self._environment)

    def _start_parts(self) -> None:
        configuration = self._folder / "CONFIG.toml"
        configuration.write_text(write_toml(self.config, self.version))
        self._scaler = self._guard(
            self._scaler_python.run_module("scaler.entry_points.scaler", str(configuration))
        )

    def _request_workers(self) -> None:
        """Submit tasks until all workers are connected: managers start workers only for waiting tasks."""
        caller = self._guard(
            self._scaler_python.run_script(_WORKLOAD, self.scheduler_address, "--request-workers")
        )
        try:
            self._wait_for_log(" connected", self.workers, starting="worker ")
        finally:
            caller.stop()

    def _wait_for_log(self, words: str, count: int, starting: str = "") -> None:
        deadline = time.monotonic() + self._start_timeout
        while True:
            lines = [line for line in self.log_text().splitlines() if words in line and starting in line]
            if len(lines) >= count:
                return
            if self._scaler is None or self._scaler.exit_code() is not None:
                raise ClusterFailed(f"the cluster ended while it started: {self._last_log_line()}")
            if time.monotonic() > deadline:
                raise ClusterFailed(
                    f"the cluster did not come up in {self._start_timeout:.0f} s: {self._last_log_line()}"
                )
            time.sleep(0.05)

    def _last_log_line(self) -> str:
        lines = self.log_text().strip().splitlines()
        return lines[-1] if lines else "its log is empty"


def _peer_environment(version: str, backend: Backend | None, folder: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment.pop("SCALER_NETWORK_BACKEND", None)
    environment["PYTHONSAFEPATH"] = "1"  # for child processes of the cluster's processes
    environment["TMPDIR"] = str(folder)  # clients leave sockets behind; they are removed with the folder
    if backend is not None:
        # the ZMQ backend was named tcp_zmq up to 2.0
        old_name = version.startswith(("1.", "2.0.")) and backend == "zmq"
        environment["SCALER_NETWORK_BACKEND"] = "tcp_zmq" if old_name else backend
    return environment_for_python(environment)
