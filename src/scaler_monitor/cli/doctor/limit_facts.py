"""Checks of the system's resource limits."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator

from scaler_monitor.cli.doctor.fact_report import Fact
from scaler_monitor.system.open_files import TooFewOpenFiles, ensure_open_files
from scaler_monitor.system.threads import TooFewThreads, ensure_threads

LIMITS = {
    "open files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
    "address space": resource.RLIMIT_AS,
    "file size": resource.RLIMIT_FSIZE,
}


def limits() -> Iterator[Fact]:
    """Yield the soft and hard limits of the shell."""
    for name, number in LIMITS.items():
        soft, hard = resource.getrlimit(number)
        yield Fact(name, f"{_amount(soft)}, at most {_amount(hard)}")
    yield Fact("processors", f"{os.cpu_count()}")


def room() -> Iterator[Fact]:
    """Yield whether the limits are sufficient for a viewer and its collector."""
    try:
        ensure_open_files()
        ensure_threads()
    except (TooFewOpenFiles, TooFewThreads) as error:
        yield Fact("room", str(error), wrong=True)
    else:
        yield Fact("room", "enough open files and threads")


def _amount(limit: int) -> str:
    return "unlimited" if limit == resource.RLIM_INFINITY else f"{limit:,}"
