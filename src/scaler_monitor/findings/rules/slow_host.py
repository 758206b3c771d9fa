"""A host on which tasks take longer than on other hosts."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.confidence import wilson_lower_bound
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.protocol.format.amounts import count_with_noun


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.slow_host_hold_seconds, begin_reports=2, clear_seconds=5.0)


def _unavailable_reason(view: View) -> str:
    return "" if view.fleet.columns.host is not None else "this release does not report hosts (2.9 does)"


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    speeds, thresholds = view.history.hosts, view.thresholds
    if len(speeds.hosts) < 2:
        return []
    ratios = speeds.ratios[: len(speeds.hosts)].astype(np.float64)
    ratios[speeds.times[: len(ratios)] < view.now - thresholds.slow_host_seconds] = np.nan
    counts = np.count_nonzero(~np.isnan(ratios), axis=1)
    judged = np.flatnonzero(counts >= thresholds.slow_host_tasks)
    if not len(judged):
        return []
    medians = np.nanmedian(ratios[judged], axis=1)
    usual = float(np.sort(medians)[(len(medians) - 1) // 2])
    names = list(speeds.hosts)
    symptoms = []
    limit = thresholds.slow_host_factor * usual
    for host, median in zip(judged.tolist(), medians.tolist(), strict=True):
        if median <= limit:
            continue
        slow, count = int(np.count_nonzero(ratios[host] > limit)), int(counts[host])
        others = np.delete(ratios, host, axis=0)
        unaffected = others[~np.isnan(others)]
        if not len(unaffected):
            continue
        share = float(np.count_nonzero(unaffected > limit)) / len(unaffected)
        least = wilson_lower_bound(slow, count, thresholds.slow_host_confidence_z)
        if least > max(share + thresholds.slow_host_margin_share, 0.5):
            symptoms.append(_symptom(names[host], median / usual, slow, count, share))
    return symptoms


def _symptom(host: str, times: float, slow: int, count: int, share: float) -> Symptom:
    return Symptom(
        key=host,
        severity="warning",
        subject_kind="machine",
        subject=host,
        text=f"Host {host} is slow: its last {count_with_noun(count, 'task')} took {times:.1f} times as long "
        "as on other hosts (median)",
        advice="Check what else runs on that host, its clock rate and its disks.",
        evidence={
            "times": round(times, 2),
            "tasks": count,
            "slow_tasks": slow,
            "slow_elsewhere": round(share, 3),
        },
        causes=frozenset({("machine", host)}),
        specific=4.5,
        weight=times,
        compare=lambda: (f"host {host}: {slow:,} of {count:,} slow, {share:.0%} elsewhere",),
    )


RULE = Rule("slow_host", _find, _hold, _unavailable_reason)
