"""Work that may hang, as writing into a home on a dead server or the end of a process, beside the event loop.

Threads of a pool would not do: Python waits for each of them when the program ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

KEEP_SECONDS = 0.5
"""How long the end of the program waits for what is being written."""

T = TypeVar("T")


async def run_in_daemon_thread(work: Callable[[], T]) -> T:
    """Do `work` in a thread of its own, which holds up neither the event loop nor the program's end."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as problem:
            outcome.set_exception(problem)

    Thread(target=run, name=getattr(work, "__name__", "beside the loop"), daemon=True).start()
    return await asyncio.wrap_future(outcome)
