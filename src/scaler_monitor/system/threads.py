"""Checks that enough threads are available for a viewer and its collector.

ZeroMQ aborts the process if it cannot start a thread, so this is checked in advance.
"""

from __future__ import annotations

import threading

NEEDED = 20
"""Threads that a viewer and its collector need together: at most 15 were observed, plus a reserve."""


class TooFewThreads(Exception):
    """The system does not allow enough threads; the message is one line."""


def ensure_threads(needed: int = NEEDED) -> None:
    """Check that `needed` threads can be started. Raises TooFewThreads."""
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
