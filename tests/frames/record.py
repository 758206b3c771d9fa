"""Record what real schedulers send to a monitor: `python -m tests.frames.record [VERSION ...]`.

For each release a lively cluster is started and watched from its first second, through our own transports,
until its workers have left again. A small varied part of the frames goes to `VERSION/frames.bin`, each frame
behind its length as eight little-endian bytes, and that release's own reading of them to
`VERSION/expected.json`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
from tests.frames.corpus import RELEASES, write_frames
from tests.frames.selection import choose_frames
from tests.older_cluster import OlderCluster

from scaler_monitor.demo.environment import ensure_scaler_python
from scaler_monitor.demo.local_cluster import Backend, LocalCluster
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.scheduler_feed import open_feed

FOLDER = Path(__file__).parent
WATCH_SECONDS = 14.0
BACKENDS: dict[str, Backend] = {"2.3.0": "zmq"}
"""Not the default: over YMQ this release's tasks stand still as soon as a client has left."""

RARE_TASKS = """
import os, sys, threading, time
from scaler import Client

def die():
    os._exit(1)

def add(left, right):
    return left + right

def ask_another(client):
    return client.submit(add, 1, 2).result()

def wait(seconds):
    time.sleep(seconds)

def use_an_object(client):
    table = client.send_object(list(range(2000)), name="table")
    client.submit(len, table).result()

def compute_a_graph(client):
    client.get({"one": 1, "two": 2, "sum": (add, "one", "two"), "more": (add, "sum", "one")}, ["more"])

def lose_a_processor(client):
    client.submit(die).result()

def suspend_processors(client):
    futures = [client.submit(ask_another, client) for _ in range(2)]
    futures[0].result()

def cancel(client):
    futures = [client.submit(wait, 2.0) for _ in range(12)]
    time.sleep(1.0)
    for future in futures[::-1]:
        future.cancel()

for run in (use_an_object, compute_a_graph, lose_a_processor, suspend_processors, cancel):
    client = Client(address=sys.argv[1])
    threading.Thread(target=run, args=(client,), daemon=True).start()
    time.sleep(1.0)
time.sleep(4.0)
os._exit(0)
"""


class Listener:
    """Reads a feed on a thread of its own until it is closed."""

    def __init__(self, address: str) -> None:
        self.frames: list[bytes] = []
        self._feed = open_feed(parse_address(address))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            self.frames += self._feed.read(0.2)

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        self._feed.close()


def listen(version: str) -> list[bytes]:
    """Return all frames of a cluster's short life."""
    kind = OlderCluster if version in ("1.12.7", "1.15.0") else LocalCluster
    cluster = kind(ensure_scaler_python(version), version=version, backend=BACKENDS.get(version))
    listener = Listener(cluster.monitor_address)
    try:
        with cluster:
            cluster.start_workload("--seconds", "45")
            cluster.run_client(RARE_TASKS)
            stop_a_worker(cluster)
            time.sleep(WATCH_SECONDS)
    finally:
        listener.close()
    return listener.frames


def stop_a_worker(cluster: LocalCluster) -> None:
    """Ask one worker to leave: it says goodbye, and its tasks go elsewhere or fail."""
    scheduler = cluster.scheduler_process().pid
    workers = [process for process in psutil.Process().children(recursive=True) if is_worker(process)]
    workers = [process for process in workers if process.pid != scheduler]
    workers[-1].terminate()


def is_worker(process: psutil.Process) -> bool:
    """A worker's children are its processors, which have none."""
    with contextlib.suppress(psutil.Error):
        children = process.children()
        return bool(children) and not any(child.children() for child in children)
    return False


def keep(version: str, frames: list[bytes]) -> None:
    """Keep a part of `frames`, and what release `version` reads in it."""
    chosen = choose_frames(frames)
    folder = FOLDER / version
    folder.mkdir(exist_ok=True)
    path = folder / "frames.bin"
    write_frames(path, chosen)
    script = Path(__file__).with_name("decode_with_release.py")
    printed = subprocess.run(
        [ensure_scaler_python(version), script, path], check=True, capture_output=True, text=True, timeout=60
    )
    (folder / "expected.json").write_text(printed.stdout)
    sizes = {name: (folder / name).stat().st_size for name in ("frames.bin", "expected.json")}
    print(f"{version}: kept {len(chosen)} of {len(frames)} frames, {sizes}")


if __name__ == "__main__":
    for name in sys.argv[1:] or RELEASES:
        frames = listen(name)
        if keep_all := os.environ.get("KEEP_ALL_FRAMES"):
            write_frames(Path(keep_all) / f"{name}.bin", frames)
        keep(name, frames)
