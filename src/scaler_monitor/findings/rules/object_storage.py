"""The object storage has requests for objects that do not arrive."""

from __future__ import annotations

from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import verb
from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes
from scaler_monitor.protocol.format.durations import format_age

RISE_SECONDS = 5.0


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.storage_hold_seconds, clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    return (
        ""
        if view.state.objects.storage is not None
        else "this release does not report the storage totals (2.9 does)"
    )


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    storage, thresholds = view.state.objects.storage, view.thresholds
    if storage is None or storage.oldest_pending_seconds is None or storage.pending_objects is None:
        return []
    oldest, objects = storage.oldest_pending_seconds, storage.pending_objects
    before = view.history.samples.last("storage_oldest", RISE_SECONDS)[1]
    rising = len(before) < 2 or oldest >= before[0]
    if oldest <= thresholds.storage_oldest_seconds or objects < thresholds.storage_objects or not rising:
        return []
    evidence: dict[str, Figure] = {"oldest_pending_seconds": oldest, "pending_objects": objects}
    if storage.pending_requests is not None:
        evidence["pending_requests"] = storage.pending_requests
    if storage.total_bytes is not None:
        evidence["total_bytes"] = storage.total_bytes
    return [
        Symptom(
            key="",
            severity="warning",
            subject_kind="scheduler",
            subject="",
            text=f"The object storage is behind: {count_with_noun(objects, 'object')} "
            f"{verb(objects, 'is', 'are')} requested but missing, the oldest for {format_age(oldest)}; "
            f"it holds {format_bytes(storage.total_bytes)}",
            advice="Check the tasks or clients that create them, and the load of the storage host.",
            evidence=evidence,
            causes=frozenset({("object storage", "")}),
            specific=2.0,
            weight=oldest,
            since=view.now - oldest,
        )
    ]


RULE = Rule("object_storage", _find, _hold, _unavailable_reason)
