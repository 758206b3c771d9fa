"""A local cluster starts, works, restarts, and leaves nothing behind however its owner ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import psutil
import pytest
from tests.peers import SMALL_POOLS
from tests.watched import lives, until

from scaler_monitor.demo.local_cluster import ClusterFailed, LocalCluster

pytestmark = pytest.mark.peer

OWNER = """
import sys, time
from pathlib import Path
from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.demo.config import WorkerPool
with LocalCluster(Path(sys.argv[1]), pools=[WorkerPool("one", 1)]) as cluster:
    print(cluster.config.scheduler_address, cluster._folder, cluster._scaler.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", ["SIGKILL", "SIGINT"])
def test_nothing_remains_after_the_owner_ends(scaler_python: Path, ending: str) -> None:
    """By SIGKILL, like all signals that Python does not handle, and by an exception, like SIGINT."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(scaler_python)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert owner.stdout is not None
    _, folder, guardian = owner.stdout.readline().split()
    root = psutil.Process(int(guardian))
    family = [root, *root.children(recursive=True)]
    assert len(family) > 5  # guardian, scaler, storage, scheduler, manager, worker and processor
    os.kill(owner.pid, getattr(signal, ending))
    owner.wait(60)
    until(lambda: not any(lives(process) for process in family))
    until(lambda: not psutil.pid_exists(int(guardian)) and not Path(folder).exists())


def test_a_restarted_scheduler_listens_on_the_same_address(own_cluster: Callable[..., LocalCluster]) -> None:
    cluster = own_cluster()
    before = cluster.scheduler_process().pid
    cluster.restart_scheduler()
    assert cluster.scheduler_process().pid != before
    assert cluster.monitor_address in cluster.log_text()


def test_clients_reach_the_cluster(own_cluster: Callable[..., LocalCluster]) -> None:
    script = (
        "import sys, scaler; client = scaler.Client(address=sys.argv[1]); "
        "print(client.submit(pow, 2, 5).result()); client.disconnect()"
    )
    assert own_cluster().run_client(script).strip() == "32"


def test_a_cluster_that_cannot_start_says_why(
    scaler_python: Path, own_cluster: Callable[..., LocalCluster]
) -> None:
    first = own_cluster()
    second = LocalCluster(scaler_python, start_timeout_seconds=20)
    second.config = first.config
    with pytest.raises(ClusterFailed, match="the cluster"), second:
        pass


@pytest.mark.parametrize("wire", ["ymq", "zmq"])
@pytest.mark.parametrize(
    ("part", "why"),
    [("scheduler", "scheduler bind address must have a port"), ("storage", "an integer is required")],
)
def test_a_unix_socket_serves_no_clients(
    scaler_python: Path, wire: Literal["ymq", "zmq"], part: str, why: str
) -> None:
    """That is why the demo and the README say that every user can connect: remove that when this fails.

    A scheduler with its object storage on a Unix socket starts, but answers no client.
    """
    cluster = LocalCluster(scaler_python, backend=wire, scheme="ipc", pools=SMALL_POOLS)
    try:
        socket = f"ipc://{cluster._folder}/{part}"
        addresses: dict[str, Any] = {f"{part}_address": socket}
        cluster.config = replace(cluster.config, **addresses)
        cluster._start_parts()
        if part == "storage":
            until(lambda: "listen to scheduler monitor address" in cluster.log_text())
            cluster.start_workload()
        until(lambda: f"Error: {why}" in cluster.log_text())
    finally:
        cluster.close()


CONNECTS = """
import os, socket, sys
if len(sys.argv) > 2:
    os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
    print("connected")
except OSError as error:
    print(type(error).__name__)
"""
ANOTHER_USER = "65534"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_other_users_cannot_reach_the_monitor_socket(
    own_cluster: Callable[..., LocalCluster], wire: str
) -> None:
    cluster = own_cluster(backend=wire, scheme="ipc")
    path = Path(cluster.monitor_address.removeprefix("ipc://"))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for user, told in (((), "connected"), ((ANOTHER_USER,), "PermissionError")):
        tried = subprocess.run(
            [sys.executable, "-c", CONNECTS, str(path), *user], capture_output=True, text=True, check=True
        )
        assert tried.stdout.strip() == told


@pytest.mark.parametrize("name", [b"t\xff\xfe", b"t" * 60])
def test_a_temporary_folder_that_cannot_hold_a_socket_is_not_used(
    scaler_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    odd = tmp_path / os.fsdecode(name)
    odd.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    cluster = LocalCluster(scaler_python, scheme="ipc")
    try:
        assert cluster.monitor_address.startswith("ipc:///tmp/scaler-cluster-")
        assert list(odd.iterdir()) == []
    finally:
        cluster.close()
