"""The members of a synthetic cluster: workers, managers, hosts, clients and functions, with realistic
names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

MANAGER_WORKERS = 500
HOST_WORKERS = 16
GIBIBYTE = 1 << 30
DEFAULT_FUNCTIONS = (
    "price_option",
    "load_table",
    "train_model",
    "fetch_quotes",
    "check_risk",
    "merge_curves",
)


@dataclass(frozen=True)
class Fleet:
    """The members of the cluster; worker i belongs to manager `i // MANAGER_WORKERS`.

    All ids of one kind have the same length, so that frames can be patched in place.
    """

    workers: tuple[bytes, ...]
    managers: tuple[bytes, ...]
    manager_capabilities: tuple[tuple[str, ...], ...]
    hosts: tuple[str, ...]
    clients: tuple[bytes, ...]
    functions: tuple[bytes, ...]
    processors: int  # per worker

    def manager_of(self, worker: int) -> int:
        """Return the index of the manager of worker number `worker`."""
        return worker // MANAGER_WORKERS

    def host_of(self, worker: int) -> str:
        """Return the name of the host of worker number `worker`."""
        return self.hosts[worker // HOST_WORKERS]

    def capabilities_of(self, worker: int) -> tuple[str, ...]:
        """Return the capabilities of worker number `worker`."""
        return self.manager_capabilities[self.manager_of(worker)]


def build_fleet(workers: int, processors: int, functions: tuple[str, ...] = DEFAULT_FUNCTIONS) -> Fleet:
    """Return a fleet of `workers` workers with `processors` processors each; deterministic."""
    managers = max(2, -(-workers // MANAGER_WORKERS))
    return Fleet(
        workers=tuple(f"Worker|SIM|{n:06d}|{_digest('worker', n)}".encode() for n in range(workers)),
        managers=tuple(f"pool-{n:03d}".encode() for n in range(managers)),
        manager_capabilities=tuple(("cpu", "gpu") if n % 2 else ("cpu",) for n in range(managers)),
        hosts=tuple(f"node-{n:05d}" for n in range(-(-workers // HOST_WORKERS))),
        clients=tuple(f"Client|SIM|{_digest('client', n)}".encode() for n in range(4)),
        functions=tuple(name.encode() for name in functions),
        processors=processors,
    )


def _digest(kind: str, number: int) -> str:
    return hashlib.blake2b(f"{kind} {number}".encode(), digest_size=16).hexdigest()
