"""Every number that the rules go by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of the rules. Names end in their unit; a `share` is from 0 to 1, `times` is a factor."""

    # all rules
    settle_seconds: float = 10.0
    """After a gap or a restart nothing is judged for so long."""
    clear_seconds: float = 15.0
    """A sign must be unseen for so long before its finding ends, where the rule has no own number."""
    signs_of_a_rule: int = 20
    """Signs that one rule may give at a time; the worst are kept."""
    ended_findings: int = 200
    """Findings that are kept after they ended."""
    ended_seconds: float = 3_600.0
    """For how long."""
    compared_again_seconds: float = 30.0
    """How often it is worked out anew what sets the bad apart from the good."""

    # starved capability, and waiting with unknown cause
    starved_wait_seconds: float = 30.0
    """Tasks that wait for less are not starved."""
    starved_usual_times: float = 2.0
    """Nor those that wait for less than so many times what 95 of 100 of their function take,"""
    starved_wait_most_seconds: float = 300.0
    """but no longer than this is waited for that."""
    starved_clear_seconds: float = 25.0
    starved_idle_share: float = 0.1
    """Of all processors, at least so many are idle while those that could do it are full."""
    waiting_hold_seconds: float = 30.0
    waiting_idle_seconds: float = 3.0
    """A worker counts as idle after so long without a task."""

    # memory
    memory_full_share: float = 0.92
    """Of the limit: above it a worker is nearly full,"""
    memory_clear_share: float = 0.85
    """and stays so until it is below this."""
    memory_growing_share: float = 0.70
    """From here on growth counts."""
    memory_left_seconds: float = 120.0
    """Time to the limit at the present growth below which it is told."""
    memory_slope_seconds: float = 60.0
    """What growth is measured over."""
    memory_sawtooth_share: float = 0.02
    """Growth counts only so far above what memory has come down from before."""
    memory_reports: int = 3
    memory_clear_seconds: float = 5.0
    memory_shared_share: float = 0.01
    """Workers with one limit whose free memory differs by less than this share of it have it together."""

    memory_own_share: float = 0.6
    """A worker that holds so much of what is in use has a limit of its own."""

    # silence
    silent_seconds: float = 10.0
    silent_fleet_times: float = 5.0
    """And more than so many times what is usual in the fleet."""
    silent_host_share: float = 0.8
    """Of a host's workers, at least two: from here on it is the host."""
    silent_fleet_share: float = 0.3
    """Of all workers, at least three: from here on it is the scheduler or the network."""
    silent_reports: int = 3
    silent_late_report_times: float = 3.0
    """A report that comes so many times later than usual says nothing of silence: the scheduler stood."""

    # workers that died
    death_told_seconds: float = 60.0
    """How long a death is told."""
    deaths_told_apart: int = 3
    """More of them become one finding."""
    death_memory_share: float = 0.9
    """Of its limit: with so much in use at the end memory is the likely cause."""
    death_host_seconds: float = 30.0
    """Workers of one host that leave within so long left together."""
    death_fresh_seconds: float = 5.0
    """A worker whose last heartbeat was not older spoke until the end."""

    # poison
    poison_deaths: int = 3
    poison_seconds: float = 600.0
    """Deaths that are looked back on."""
    poison_confidence_z: float = 1.96
    """Standard deviations by which the share on the dead must exceed that on the living."""

    # failing function
    failing_share: float = 0.05
    failing_before_times: float = 3.0
    """Times the function's own share of failures before."""
    failing_before_seconds: float = 30.0
    """How long must have been watched before that to know it."""
    failing_ended: int = 20
    """Tasks that must have ended to judge."""
    failing_most_share: float = 0.5
    """From here on it is a degree worse."""
    failing_unknown_share: float = 0.3
    """The same of the lower bound, where what was before is unknown."""
    failing_window_seconds: float = 60.0
    failing_short_seconds: float = 15.0
    """The window that tells whether it goes on,"""
    failing_sudden_seconds: float = 5.0
    """and the one that tells a sudden change soon."""
    failing_confidence_z: float = 3.0
    """Of the lower bound of the share."""
    failing_hold_seconds: float = 5.0
    failing_clear_seconds: float = 5.0
    failing_habit_seconds: float = 600.0
    """Failures that were there when the watch began are a habit after so long."""

    # stuck
    stuck_seconds: float = 60.0
    stuck_hold_seconds: float = 3.0

    # scheduler
    saturated_cpu_share: float = 0.9
    """Of one core."""
    saturated_hold_seconds: float = 10.0
    saturated_lag_times: float = 3.0
    """Times the usual lag, of the slowest 5 of 100 workers."""
    saturated_rise_seconds: float = 30.0
    """What waits has risen for so long."""
    saturated_rise_share: float = 0.1
    """By at least this share."""

    # object storage
    storage_oldest_seconds: float = 10.0
    storage_objects: int = 2
    """One alone is a big upload."""
    storage_hold_seconds: float = 5.0

    # flood
    flood_open_share: float = 0.5
    """Of all open tasks."""
    flood_arrivals_times: float = 3.0
    """Times the client's own arrivals in the usual ten seconds of the last ten minutes."""
    flood_rising_seconds: float = 30.0
    flood_open_tasks: int = 100
    """And at least so many open tasks,"""
    flood_open_processors: float = 2.0
    """and so many for each processor of the cluster."""
    flood_counted_processors: float = 8.0
    """The same where arrivals are known by open tasks alone (before 2.9), or what is usual is unknown."""
    flood_hold_seconds: float = 0.0
    flood_unknown_times: float = 3.0
    """Where what is usual is not known: so many times the open tasks of all others."""

    # imbalance
    imbalance_seconds: float = 15.0
    imbalance_share: float = 0.02
    """Of all workers, at least so many are idle,"""
    imbalance_tasks: int = 3
    """and at least so many tasks queue that they could take."""

    # managers
    manager_seconds: float = 180.0

    # stragglers and slow hosts
    straggler_hold_seconds: float = 3.0
    straggler_tail_power: float = 3.0
    """A task is a notice only until it takes the median of its function times what 95 of 100 take of that
    median, to this power: a long tail is longer than a short one,"""
    straggler_longest_times: float = 1.5
    """and until it takes so many times the longest."""
    slow_host_times: float = 1.5
    """Times what tasks take on the other hosts."""
    slow_host_tasks: int = 12
    """Tasks that must have ended there to judge."""
    slow_host_confidence_z: float = 3.0
    slow_host_margin_share: float = 0.2
    slow_host_seconds: float = 120.0
    """What is looked back on."""
    slow_host_hold_seconds: float = 3.0
