"""Room for the threads of a viewer and its collector.

ZeroMQ ends the whole process when it gets no thread; so it is looked before.
"""

from __future__ import annotations

import threading

NEEDED = 20
"""Threads of a viewer and its collector together at most (15 were seen), and some to spare."""


class TooFewThreads(Exception):
    """The system gives no more; the message is one line."""


def ensure_threads(needed: int = NEEDED) -> None:
    """See that `needed` threads can be started. Raises TooFewThreads."""
    end = threading.Event()
    started: list[threading.Thread] = []
    try:
        while len(started) < needed:
            thread = threading.Thread(target=end.wait, daemon=True)
            thread.start()
            started.append(thread)
    except RuntimeError:
        raise TooFewThreads(
            f"this program needs {needed} threads, and the system gives it {len(started)}; "
            "see `ulimit -u` and `ulimit -v`"
        ) from None
    finally:
        end.set()
        for thread in started:
            thread.join()
