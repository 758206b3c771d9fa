"""A host on which tasks take longer than on the others."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.shares import least_share
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.slow_host_hold_seconds, begin_reports=2, clear_seconds=5.0)


def _not_told(view: View) -> str:
    return "" if view.fleet.columns.host is not None else "this release does not tell hosts (2.9 does)"


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    speeds, thresholds = view.recent.hosts, view.thresholds
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
    signs = []
    limit = thresholds.slow_host_times * usual
    for host, median in zip(judged.tolist(), medians.tolist(), strict=True):
        if median <= limit:
            continue
        slow, count = int(np.count_nonzero(ratios[host] > limit)), int(counts[host])
        others = np.delete(ratios, host, axis=0)
        well = others[~np.isnan(others)]
        if not len(well):
            continue
        share = float(np.count_nonzero(well > limit)) / len(well)
        least = least_share(slow, count, thresholds.slow_host_confidence_z)
        if least > max(share + thresholds.slow_host_margin_share, 0.5):
            signs.append(_sign(names[host], median / usual, slow, count, share))
    return signs


def _sign(host: str, times: float, slow: int, count: int, share: float) -> Sign:
    return Sign(
        key=host,
        severity="warning",
        subject_kind="machine",
        subject=host,
        text=f"Host {host} is slow: its last {count_of(count, 'task')} took {times:.1f} times what they take "
        "elsewhere, in the median",
        advice="See what else runs on that machine, its clock rate and its disks.",
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


RULE = Rule("slow_host", _find, _hold, _not_told)
