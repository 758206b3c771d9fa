"""Runs blocking work, such as writing to a network file system, in a thread beside the event loop.

A thread pool is not suitable: Python waits for its threads at exit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

KEEP_SECONDS = 0.5
"""How long the program waits at its end for files that are being written."""

T = TypeVar("T")


async def run_in_daemon_thread(work: Callable[[], T]) -> T:
    """Return the result of `work`, run in a daemon thread: it blocks neither event loop nor exit."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as problem:
            outcome.set_exception(problem)

    Thread(target=run, name=getattr(work, "__name__", "beside the loop"), daemon=True).start()
    return await asyncio.wrap_future(outcome)
