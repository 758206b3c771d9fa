"""A varied workload for a local cluster, run by the cluster's own Python: scaler and standard library only.

`python workload.py SCHEDULER_ADDRESS [--seconds S] [--seed N]`, or `--request-workers` to submit only what
makes the managers start all their workers. Two clients: one submits continuously, one in waves, so that the
backlog grows and drains. Some tasks fail, some are canceled, some hold memory for a while.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from scaler import Client  # of the peer, not of ours


def price_option(steps: int) -> float:
    """Use some CPU time."""
    total = 0.0
    for step in range(steps):
        total += (step % 7) ** 0.5
    return total


def load_table(megabytes: int, seconds: float) -> int:
    """Hold memory for a while, so that the memory charts change."""
    table = bytearray(megabytes << 20)
    for offset in range(0, len(table), 4096):
        table[offset] = 1
    time.sleep(seconds)
    return len(table)


def train_model(seconds: float) -> float:
    """Run for a long time; the task requires a GPU."""
    time.sleep(seconds)
    return seconds


def fetch_quotes(seconds: float) -> float:
    """Wait, as for a network request."""
    time.sleep(seconds)
    return seconds


def check_risk(limit: float) -> float:
    """Fail if the limit is exceeded."""
    if limit > 0.7:
        raise ValueError(f"limit {limit:.2f} is over 0.70")
    time.sleep(limit / 4)
    return limit


def submit(client: Any, function: Callable[..., Any], *args: Any, **capabilities: int) -> Any:
    """Submit one task that requires `capabilities`; return its future. Works with every release."""
    if capabilities:
        return client.submit_verbose(function, args, {}, capabilities=capabilities)
    return client.submit(function, *args)


class Outstanding:
    """The futures that are not done yet; some of them get canceled."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._futures: list[Any] = []

    def add(self, future: Any) -> None:
        """Add a future."""
        self._futures.append(future)

    def prune(self) -> int:
        """Remove futures that are done, and sometimes cancel a waiting one; return the number left."""
        self._futures = [future for future in self._futures if not future.done()]
        if len(self._futures) > 8 and self._rng.random() < 0.3:
            with contextlib.suppress(Exception):
                self._futures[-1].cancel()
        return len(self._futures)


def steady_client(address: str, rng: random.Random, end: float) -> None:
    """Submit a few small tasks continuously; failed ones are not repeated."""
    client = Client(address=address)
    outstanding = Outstanding(rng)
    while time.monotonic() < end:
        if outstanding.prune() < 60:
            outstanding.add(submit(client, price_option, rng.randrange(20_000, 200_000)))
            outstanding.add(submit(client, check_risk, rng.random()))
            if rng.random() < 0.5:
                outstanding.add(submit(client, fetch_quotes, rng.uniform(0.05, 0.6)))
        time.sleep(rng.uniform(0.05, 0.3))
    client.disconnect()


def wave_client(address: str, rng: random.Random, end: float) -> None:
    """Submit waves of larger tasks, with pauses in which the backlog drains."""
    client = Client(address=address)
    outstanding = Outstanding(rng)
    while time.monotonic() < end:
        for _ in range(rng.randrange(10, 30)):
            outstanding.add(submit(client, load_table, rng.randrange(5, 80), rng.uniform(0.2, 1.2)))
        for number in range(rng.randrange(2, 7)):
            needs = {"gpu": -1} if number % 2 else {"cpu": -1, "gpu": -1}
            outstanding.add(submit(client, train_model, rng.uniform(1, 5), **needs))
        pause = time.monotonic() + rng.uniform(8, 16)
        while time.monotonic() < min(pause, end):
            outstanding.prune()
            time.sleep(0.5)
    client.disconnect()


def request_workers(address: str) -> NoReturn:
    """Submit waiting tasks until this process is terminated, so that the managers start workers."""
    client = Client(address=address)
    futures: list[Any] = []
    while True:
        futures = [future for future in futures if not future.done()]
        while len(futures) < 60:
            futures.append(client.submit(fetch_quotes, 0.1))
        time.sleep(0.1)


def main() -> None:
    """Run both clients for the given time, or request workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--request-workers", action="store_true")
    args = parser.parse_args()
    if args.request_workers:
        request_workers(args.address)
    end = time.monotonic() + args.seconds
    clients = [
        threading.Thread(target=run, args=(args.address, random.Random(args.seed + number), end), daemon=True)  # noqa: S311
        for number, run in enumerate((steady_client, wave_client))
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


if __name__ == "__main__":
    main()
