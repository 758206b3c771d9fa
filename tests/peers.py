"""Real schedulers for tests: a pytest plugin.

`scheduler` is a cluster of the current release, shared by the tests of a file, with a lively workload on it;
a test must leave it as it found it. It ends with the file, or when a test wants one with another wire: a
dozen lively processes would slow down all that comes after. `own_cluster` starts one that a test may stop,
restart and freeze. `release` starts one of an older release.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.older_cluster import OlderCluster

from scaler_monitor.demo.config import WorkerPool
from scaler_monitor.demo.environment import ensure_scaler_python
from scaler_monitor.demo.local_cluster import Backend, LocalCluster

LOCK_TIMEOUT_SECONDS = 120.0  # a cluster is a dozen processes, and the machine may be busy
SMALL_POOLS = (WorkerPool("cpu-pool", 1, "cpu"), WorkerPool("gpu-pool", 1, "cpu,gpu"))


@pytest.fixture(scope="session")
def scaler_python() -> Path:
    """The Python of the environment that holds the current release."""
    return ensure_scaler_python()


@pytest.fixture(scope="module")
def wire(request: pytest.FixtureRequest) -> Backend:
    """What `scheduler` speaks; a test says it with `every_wire` or with `indirect`."""
    return getattr(request, "param", "ymq")


every_wire = pytest.mark.parametrize("wire", ["ymq", "zmq"], indirect=True)
"""Run all tests that have this on the one wire, then all on the other."""


@pytest.fixture(scope="module")
def scheduler(wire: Backend, scaler_python: Path) -> Iterator[LocalCluster]:
    """A lively cluster of the current release over tcp: 5 workers, 2 managers, 2 capabilities."""
    with LocalCluster(scaler_python, backend=wire, start_timeout_seconds=LOCK_TIMEOUT_SECONDS) as cluster:
        cluster.start_workload()
        yield cluster


@pytest.fixture
def own_cluster(scaler_python: Path) -> Iterator[Callable[..., LocalCluster]]:
    """Start a cluster of the current release with two workers; takes LocalCluster's options."""
    with ExitStack() as started:

        def start(**options: Any) -> LocalCluster:
            usual = {"pools": SMALL_POOLS, "start_timeout_seconds": LOCK_TIMEOUT_SECONDS}
            return started.enter_context(LocalCluster(scaler_python, **{**usual, **options}))

        yield start


@pytest.fixture(scope="session")
def release() -> Iterator[Callable[..., LocalCluster]]:
    """Start (once for each set of options) a lively cluster of the named release."""
    clusters: dict[tuple[object, ...], LocalCluster] = {}
    with ExitStack() as started:

        def start(version: str, **options: Any) -> LocalCluster:
            key = (version, *sorted(options.items()))
            if key not in clusters:
                kind = OlderCluster if version in ("1.12.7", "1.15.0") else LocalCluster
                cluster = kind(ensure_scaler_python(version), version=version, **options)
                clusters[key] = started.enter_context(cluster)
                cluster.start_workload()
            return clusters[key]

        yield start


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key, as tls:// schedulers usually have."""
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(chain)),
        ],
        check=True,
        capture_output=True,
    )
    return chain, key
