"""How often an idle scheduler is probed, with a simulated clock."""

from __future__ import annotations

from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.idle_detector import IdleDetector

TIMEOUTS = Timeouts()


def probes_in_an_outage(watch: IdleDetector, now: float, seconds: float) -> int:
    """Return the number of probes, none of which is answered."""
    end, probes = now + seconds, 0
    while watch.probe_at < end:
        watch.postpone(watch.probe_at + TIMEOUTS.greeting, outage=True)
        probes += 1
    return probes


def test_probe_interval_of_a_frozen_scheduler_grows() -> None:
    watch = IdleDetector(0.0, TIMEOUTS)
    assert probes_in_an_outage(watch, 0.0, 60.0) <= 6
    assert probes_in_an_outage(watch, 60.0, 3600.0) <= 120


def test_probe_interval_is_reset_after_an_outage() -> None:
    watch = IdleDetector(0.0, TIMEOUTS)
    first = probes_in_an_outage(watch, 0.0, 600.0)
    watch.received(1000.0)
    assert probes_in_an_outage(watch, 1000.0, 600.0) == first


def test_a_greeting_ends_the_outage() -> None:
    watch = IdleDetector(0.0, TIMEOUTS)
    probes_in_an_outage(watch, 0.0, 600.0)
    watch.postpone(1000.0)
    assert watch.probe_at == 1000.0 + TIMEOUTS.probe_interval
