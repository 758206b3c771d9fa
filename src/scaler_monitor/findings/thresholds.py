"""Every threshold of the rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of the rules. Names end in the unit: a `share` is from 0 to 1, a `factor` is a multiple."""

    # all rules
    settle_seconds: float = 10.0
    """No rule is evaluated for this time after a gap or a restart."""
    clear_seconds: float = 15.0
    """Default hold time: a symptom must be absent this long before its finding ends."""
    max_symptoms_per_rule: int = 20
    """Largest number of symptoms of one rule; the most severe are kept."""
    ended_findings: int = 200
    """Largest number of ended findings that are kept."""
    ended_seconds: float = 3_600.0
    """How long an ended finding is kept."""
    comparison_interval_seconds: float = 30.0
    """How often the comparison of a finding is updated."""

    # starved capability, and waiting with unknown cause
    starved_wait_seconds: float = 30.0
    """Shortest wait of the oldest task."""
    starved_usual_factor: float = 2.0
    """The wait must also exceed this multiple of the 95th percentile of the durations of its function,"""
    starved_wait_max_seconds: float = 300.0
    """but at most this time is required."""
    starved_clear_seconds: float = 25.0
    starved_idle_share: float = 0.1
    """Share of all processors that must be idle while every capable worker is full."""
    waiting_hold_seconds: float = 30.0
    waiting_idle_seconds: float = 3.0
    """A worker counts as idle after this time without a task."""

    # memory
    memory_full_share: float = 0.92
    """Share of the limit above which a worker is nearly full,"""
    memory_clear_share: float = 0.85
    """until its memory is below this share."""
    memory_growing_share: float = 0.70
    """Share of the limit from which growth is evaluated."""
    memory_forecast_seconds: float = 120.0
    """Longest predicted time to the limit that is reported."""
    memory_slope_seconds: float = 60.0
    """Time over which growth is measured."""
    memory_sawtooth_share: float = 0.02
    """Growth is evaluated only above a previous peak plus this share of the limit."""
    memory_reports: int = 3
    memory_clear_seconds: float = 5.0
    memory_shared_share: float = 0.01
    """Workers with the same limit whose free memory differs by less than this share of it share the limit."""

    memory_own_share: float = 0.6
    """A worker that accounts for this share of the memory in use has its own limit."""

    # missing heartbeats
    silent_seconds: float = 10.0
    silent_fleet_factor: float = 5.0
    """The age of the heartbeat must also exceed this multiple of the median of the fleet."""
    silent_host_share: float = 0.8
    """Share of a host's workers (at least two) from which the host is the subject."""
    silent_fleet_share: float = 0.3
    """Share of all workers (at least three) from which the scheduler or the network is the cause."""
    silent_reports: int = 3
    silent_late_report_factor: float = 3.0
    """Heartbeat ages in a report that is late by this multiple of the usual interval are ignored: the
    scheduler was blocked."""

    # workers that died
    death_shown_seconds: float = 60.0
    """How long a finding about a death stays active."""
    max_separate_deaths: int = 3
    """Largest number of deaths that have separate findings; more become one finding."""
    death_memory_share: float = 0.9
    """Share of the limit in use at the end from which memory is the likely cause."""
    death_host_seconds: float = 30.0
    """Workers of one host that leave within this time left together."""
    death_fresh_seconds: float = 5.0
    """Age of the last heartbeat up to which a departure counts as a regular disconnect."""

    # poison
    poison_deaths: int = 3
    poison_seconds: float = 600.0
    """Period over which deaths are counted."""
    poison_confidence_z: float = 1.96
    """Standard deviations of the lower bound that must exceed the share on live workers."""

    # failing function
    failing_share: float = 0.05
    failing_before_factor: float = 3.0
    """Multiple of the function's earlier failure share."""
    failing_before_seconds: float = 30.0
    """Observation time needed to know the earlier failure share."""
    failing_ended: int = 20
    """Smallest number of ended tasks."""
    failing_severe_share: float = 0.5
    """Failure share from which the severity is raised."""
    failing_unknown_share: float = 0.3
    """The same for the lower bound, if the earlier failure share is unknown."""
    failing_window_seconds: float = 60.0
    failing_short_seconds: float = 15.0
    """Window that shows whether the failures continue,"""
    failing_sudden_seconds: float = 5.0
    """and the window that detects a sudden change early."""
    failing_confidence_z: float = 3.0
    """Standard deviations of the lower bound of the share."""
    failing_hold_seconds: float = 5.0
    failing_clear_seconds: float = 5.0
    failing_baseline_seconds: float = 600.0
    """Failures present since observation started count as normal after this time."""

    # stuck cancellation
    stuck_seconds: float = 60.0
    stuck_hold_seconds: float = 3.0

    # scheduler
    saturated_cpu_share: float = 0.9
    """Share of one core."""
    saturated_hold_seconds: float = 10.0
    saturated_lag_factor: float = 3.0
    """Multiple of the usual 95th percentile of worker lag."""
    saturated_rise_seconds: float = 30.0
    """How long open tasks must have risen,"""
    saturated_rise_share: float = 0.1
    """by at least this share."""

    # object storage
    storage_oldest_seconds: float = 10.0
    storage_objects: int = 2
    """Smallest number of missing objects; a single one is usually a large upload."""
    storage_hold_seconds: float = 5.0

    # flood
    flood_open_share: float = 0.5
    """Share of all open tasks."""
    flood_arrivals_factor: float = 3.0
    """Multiple of the client's median arrival rate of the last ten minutes."""
    flood_rising_seconds: float = 30.0
    flood_open_tasks: int = 100
    """Smallest number of open tasks of the client,"""
    flood_open_processors: float = 2.0
    """also for each processor of the cluster."""
    flood_counted_processors: float = 8.0
    """The same if arrivals are known from open tasks only (before 2.9) or the usual rate is unknown."""
    flood_hold_seconds: float = 0.0
    flood_unknown_factor: float = 3.0
    """If the usual rate is unknown: multiple of the open tasks of all other clients."""

    # imbalance
    imbalance_seconds: float = 15.0
    imbalance_share: float = 0.02
    """Share of all workers that must be idle,"""
    imbalance_tasks: int = 3
    """and number of queued tasks that they could run."""

    # managers
    manager_seconds: float = 180.0

    # stragglers and slow hosts
    straggler_hold_seconds: float = 3.0
    straggler_tail_power: float = 3.0
    """A task is a notice only, unless it exceeds median * (p95 / median) ** power of its function's durations
    (a long tail raises the limit),"""
    straggler_longest_factor: float = 1.5
    """and this multiple of the longest duration."""
    slow_host_factor: float = 1.5
    """Multiple of the durations on other hosts."""
    slow_host_tasks: int = 12
    """Smallest number of tasks that ended on the host."""
    slow_host_confidence_z: float = 3.0
    slow_host_margin_share: float = 0.2
    slow_host_seconds: float = 120.0
    """Period of the tasks that are compared."""
    slow_host_hold_seconds: float = 3.0
