"""Local clusters of the releases that have no `scaler CONFIG.toml`: 1.12.7 and 1.15.0."""

from __future__ import annotations

from scaler_monitor.demo.guarded import GuardedCommand
from scaler_monitor.demo.local_cluster import LocalCluster


class OlderCluster(LocalCluster):
    """Object storage, scheduler and one `scaler_cluster` a pool, each a command of its own."""

    _parts: tuple[GuardedCommand, ...] = ()

    def stop(self) -> None:
        for part in self._parts:
            part.stop()
        self._parts = ()
        super().stop()

    def _start_parts(self) -> None:
        def run(entry_point: str, *arguments: str) -> GuardedCommand:
            return self._guard([str(self.python.with_name(f"scaler_{entry_point}")), *arguments])

        config = self.config
        storage = run("object_storage_server", config.storage_address)
        self._scaler = run(
            "scheduler",
            config.scheduler_address,
            f"--object-storage-address={config.storage_address}",
            f"--monitor-address={config.monitor_address}",
        )
        pools = (
            run(
                "cluster",
                config.scheduler_address,
                f"--num-of-workers={pool.workers}",
                f"--per-worker-capabilities={pool.capabilities}",
                f"--worker-names={','.join(f'{pool.manager}-{n}' for n in range(pool.workers))}",
            )
            for pool in config.pools
        )
        self._parts = (*pools, storage)
