"""All rules, in the order of the `rules` field of the JSON document."""

from __future__ import annotations

from scaler_monitor.findings.rule import Rule
from scaler_monitor.findings.rules import (
    failing_function,
    flood,
    imbalance,
    manager_stalled,
    memory,
    object_storage,
    poison,
    scheduler_saturated,
    silent,
    slow_host,
    starved_capability,
    straggler,
    stuck,
    waiting,
    worker_died,
)

RULES: tuple[Rule, ...] = (
    starved_capability.RULE,
    waiting.RULE,
    memory.RULE,
    silent.RULE,
    worker_died.RULE,
    poison.RULE,
    failing_function.RULE,
    stuck.CANCEL,
    stuck.BALANCE,
    scheduler_saturated.RULE,
    object_storage.RULE,
    flood.RULE,
    imbalance.RULE,
    manager_stalled.RULE,
    straggler.RULE,
    slow_host.RULE,
)
