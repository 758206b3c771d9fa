"""Who is in the scenario: functions, clients, worker managers and their workers. No clock is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaler_monitor.wire.event import Capability

START = 1_764_000_000.0
"""Unix seconds at which the monitor began to watch: 2025-11-24 16:00:00 UTC."""

SECONDS = 240
MIB = 1 << 20
GIB = 1 << 30
GPU, HIGHMEM = Capability("gpu", 1), Capability("highmem", -1)


@dataclass(frozen=True)
class Kind:
    """A function of the scenario: how long its tasks take, in seconds, and how they end."""

    name: str
    seconds: float
    capabilities: tuple[Capability, ...]
    growth: int
    failing: float = 0.0
    canceled: float = 0.0
    weight: int = 1


KINDS = (
    Kind("price_option", 1.2, (), 3 * MIB, weight=8),
    Kind("simulate_paths", 4.0, (), 90 * MIB, canceled=0.06, weight=4),
    Kind("train_model", 14.0, (GPU,), 700 * MIB, failing=0.25, weight=2),
    Kind("join_curves", 3.0, (HIGHMEM,), 400 * MIB, weight=2),
    Kind("train_big_model", 22.0, (GPU, HIGHMEM), 1900 * MIB, weight=1),
    Kind("", 0.4, (), 0, failing=0.1, weight=1),
    Kind("risk.reports.daily.very_long_module_name.aggregate_exposures_by_counterparty", 6.0, (), 40 * MIB),
)
CLIENTS = (
    ("Client|notebook|5a1be0f2", "desk-07"),
    ("Client|nightly-batch|c3d94e77", "batch-01"),
    ("Client|pricing-api|09f7aa31", "api-02"),
)


@dataclass
class Job:
    """One task on its way."""

    task_id: bytes
    kind: Kind
    client: str
    lasts: float
    ends_as: str
    began: float | None = None


@dataclass
class Worker:
    """One worker of the scenario."""

    name: str
    manager: str
    host: str
    capabilities: tuple[Capability, ...]
    processors: int
    first_pid: int
    limit: int
    queue: list[Job] = field(default_factory=list)
    running: list[Job | None] = field(default_factory=list)
    late: int = 0
    holds: int = 300 * MIB


MANAGERS = (
    ("Manager|aws-gpu|61f0", "10.4.0.11:52110", "gpu=1"),
    ("Manager|onprem|a7c2", "10.2.0.5:41822", ""),
    ("Manager|spot|0b9e", "10.9.3.77:33001", "highmem"),
)


def build_fleet(count: int, processors: int) -> list[Worker]:
    """`count` workers in turn of the three managers, each with so many processors."""
    workers = []
    for number in range(count):
        manager = MANAGERS[number % 3][0]
        short = manager.split("|")[1]
        host = (
            f"{short}-node-{number // 6 + 1:02d}" if count <= 100 else f"{short}-node-{number // 64 + 1:04d}"
        )
        capabilities: tuple[Capability, ...] = ((GPU,), (), (HIGHMEM,))[number % 3]
        if number == 9:
            capabilities = (GPU, HIGHMEM)
        name = f"Worker|{short}-{number:02d}|{number * 2654435761 % 2**32:08x}"
        limit = (8 if number % 3 else 4) * GIB
        worker = Worker(name, manager, host, capabilities, processors, 4000 + 10 * number, limit)
        worker.running = [None] * processors
        workers.append(worker)
    return workers
