"""Writes the CONFIG.toml of a local cluster, for releases with the command `scaler CONFIG.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class WorkerPool:
    """One worker manager with a fixed number of workers of the same capabilities."""

    manager: str
    workers: int
    capabilities: str = ""  # as in `--per-worker-capabilities`: "gpu,disk=2"


DEFAULT_POOLS = (WorkerPool("cpu-pool", 3, "cpu"), WorkerPool("gpu-pool", 2, "cpu,gpu"))


# releases whose managers stop idle workers immediately; in later ones this can be configured
_NO_SCALE_DOWN_COOLDOWN = frozenset({"1.27.2", "2.0.20", "2.3.0", "2.6.0"})


@dataclass(frozen=True)
class ClusterConfig:
    """The configuration of a local cluster; addresses are in Scaler's format."""

    scheduler_address: str
    storage_address: str
    monitor_address: str
    pools: tuple[WorkerPool, ...] = DEFAULT_POOLS
    report_interval_seconds: int = 1  # releases before 2.8 support only 1
    certificate: tuple[Path, Path] | None = None  # PEM chain and key, for tls:// and wss://
    policy: str = "allocate=capability; scaling=capability"
    scheduler_options: dict[str, str | int] = field(default_factory=dict)


def write_toml(config: ClusterConfig, version: str) -> str:
    """Return the text of the CONFIG.toml with the option names of release `version`."""
    first_generation_names = version.startswith("1.")
    bind = "scheduler_address" if first_generation_names else "bind_address"
    storage_bind = "object_storage_address" if first_generation_names else "bind_address"
    scheduler: dict[str, str | int] = {
        bind: config.scheduler_address,
        "object_storage_address": config.storage_address,
        "monitor_address": config.monitor_address,
        "policy_content": config.policy,
        **config.scheduler_options,
    }
    if config.report_interval_seconds != 1:
        scheduler["status_report_interval_seconds"] = config.report_interval_seconds
    if config.certificate is not None:
        scheduler["tls_cert"], scheduler["tls_key"] = map(str, config.certificate)
    sections = [
        _section("[object_storage_server]", {storage_bind: config.storage_address}),
        _section("[scheduler]", scheduler),
    ]
    # only dynamic managers report to the scheduler
    manager: dict[str, str | int] = {
        "type": "baremetal_native",
        "mode": "dynamic",
        "heartbeat_interval_seconds": 1,
    }
    if version not in _NO_SCALE_DOWN_COOLDOWN:
        manager["scale_down_cooldown_seconds"] = 1_000_000
    sections += [
        _section(
            "[[worker_manager]]",
            {
                **manager,
                "scheduler_address": config.scheduler_address,
                "worker_manager_id": pool.manager,
                "max_task_concurrency": pool.workers,
                "per_worker_capabilities": pool.capabilities,
            },
        )
        for pool in config.pools
    ]
    return "\n".join(sections)


def _section(heading: str, values: dict[str, str | int]) -> str:
    lines = [heading]
    for key, value in values.items():
        text = f'"{value}"' if isinstance(value, str) else str(value)
        lines.append(f"{key} = {text}")
    return "\n".join(lines) + "\n"
