"""The scheduler has more work than one core can process."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View

MIN_USUAL_SAMPLES = 30
"""Samples needed to know the usual lag."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(clear_seconds=thresholds.clear_seconds)


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    thresholds, samples = view.thresholds, view.history.samples
    busy = samples.lowest("cpu", thresholds.saturated_hold_seconds)
    if busy is None or busy <= thresholds.saturated_cpu_share:
        return []
    lag, usual = _lag(view)
    slow = lag is not None and usual is not None and lag > thresholds.saturated_lag_factor * usual
    rise = samples.rise("open", thresholds.saturated_rise_seconds)
    waiting = view.state.states.open
    rising = bool(
        rise and waiting and rise >= thresholds.saturated_rise_share * (waiting - rise) and rise > 0
    )
    if not slow and not rising:
        return []  # without another effect, its threads may use more than a core
    evidence: dict[str, Figure] = {"cpu_share": round(busy, 3)}
    effects = []
    if slow and lag is not None and usual is not None:
        effects.append(f"its workers' lag is {lag / 1e3:,.0f} ms, usually {usual / 1e3:,.1f} ms")
        evidence |= {"lag_microseconds": round(lag), "usual_lag_microseconds": round(usual)}
    if rising and rise is not None and waiting is not None:
        effects.append(
            f"open tasks rose by {rise:,.0f} to {waiting:,} in {thresholds.saturated_rise_seconds:.0f} s"
        )
        evidence |= {"open": waiting, "risen_by": round(rise)}
    return [
        Symptom(
            key="",
            severity="warning",
            subject_kind="scheduler",
            subject="",
            text=f"The scheduler is saturated: {busy:.0%} of a core for at "
            f"least {thresholds.saturated_hold_seconds:.0f} s, and {' and '.join(effects)}",
            advice="Submit fewer and longer tasks, or run more than one scheduler.",
            evidence=evidence,
            causes=frozenset({("scheduler", "load")}),
            specific=2.0,
            weight=busy,
        )
    ]


def _lag(view: View) -> tuple[float | None, float | None]:
    """Return the current lag and the usual lag before, in microseconds; None if unknown."""
    samples, thresholds = view.history.samples, view.thresholds
    times, lags = samples.last("lag", 600.0)
    if not len(times):
        return None, None
    late = times > times[-1] - thresholds.saturated_hold_seconds
    _, cpu = samples.last("cpu", 600.0)
    calm = ~late & (cpu <= thresholds.saturated_cpu_share) if len(cpu) == len(late) else ~late
    usual = float(np.median(lags[calm])) if np.count_nonzero(calm) >= MIN_USUAL_SAMPLES else None
    return float(np.median(lags[late])), usual


RULE = Rule("scheduler_saturated", _find, _hold)
