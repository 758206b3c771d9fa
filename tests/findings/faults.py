"""One fault a rule: what is staged, when it is to be found and whom it is to name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.findings.report import Release
from tests.findings.stages import (
    Staged,
    fail,
    fill_memory,
    flood,
    kill,
    owe,
    poison_function,
    poison_task,
    saturate,
    saturate_rising,
    silence,
    silence_fleet,
    silence_host,
    slow_host,
    starve,
    stick,
    storage,
    straggle,
    unbalance,
    wait_untold,
)
from tests.findings.town import Town


@dataclass(frozen=True)
class Fault:
    """What is staged in a town, and what is to be told."""

    rule: str
    begin: Callable[[Town], Staged]
    seconds: float
    """Of its hold, the wait that it is about included."""
    late: bool = True
    """Whether a monitor that comes after it has begun can tell it."""
    late_subject: str | None = None
    """What such a monitor names, where that is less."""
    clear_seconds: float = 30.0
    release: Release = field(default_factory=Release)
    places: int = 1_000
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.rule


FAULTS = (
    Fault("starved_capability", starve, 30, late=False),
    Fault("waiting", wait_untold, 33, release=Release(1.12)),
    Fault("memory", fill_memory, 3),
    Fault("silent", silence, 13, name="silent worker"),
    Fault("silent", silence_host, 13, name="silent host"),
    Fault("silent", silence_fleet, 13, name="silent fleet"),
    Fault("worker_died", kill, 5, late=False, clear_seconds=65),
    Fault("poison", poison_function, 35, name="poison function"),
    Fault("poison", poison_task, 40, name="poison task"),
    Fault("failing_function", fail, 10),
    Fault("stuck_cancel", stick("canceling"), 63, late_subject=""),
    Fault("stuck_balance", stick("balanceCanceling"), 63, late_subject=""),
    Fault("scheduler_saturated", saturate, 10, late=False),
    Fault("scheduler_saturated", saturate_rising, 30, name="saturated and rising"),
    Fault("object_storage", storage, 15),
    Fault("flood", flood, 30),
    Fault("imbalance", unbalance, 15),
    Fault("manager_stalled", owe, 180, places=2),
    Fault("straggler", straggle, 15, late=False),
    Fault("slow_host", slow_host, 40),
)
