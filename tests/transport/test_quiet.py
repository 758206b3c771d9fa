"""How often a scheduler that says nothing is probed: by a made-up clock."""

from __future__ import annotations

from scaler_monitor.wire.destination import Patience
from scaler_monitor.wire.quiet import QuietWatch

PATIENCE = Patience()


def probes_in_an_outage(watch: QuietWatch, now: float, seconds: float) -> int:
    """Probe whenever the quiet is suspicious; no probe is greeted."""
    end, probes = now + seconds, 0
    while watch.suspicious_at < end:
        watch.bear(watch.suspicious_at + PATIENCE.greeting, outage=True)
        probes += 1
    return probes


def test_a_frozen_scheduler_is_probed_ever_less_often() -> None:
    watch = QuietWatch(0.0, PATIENCE)
    assert probes_in_an_outage(watch, 0.0, 60.0) <= 6
    assert probes_in_an_outage(watch, 60.0, 3600.0) <= 120


def test_after_an_outage_the_next_one_is_found_as_soon_as_the_first() -> None:
    watch = QuietWatch(0.0, PATIENCE)
    first = probes_in_an_outage(watch, 0.0, 600.0)
    watch.heard(1000.0)
    assert probes_in_an_outage(watch, 1000.0, 600.0) == first


def test_one_that_greets_again_is_frozen_no_more() -> None:
    watch = QuietWatch(0.0, PATIENCE)
    probes_in_an_outage(watch, 0.0, 600.0)
    watch.bear(1000.0)
    assert watch.suspicious_at == 1000.0 + PATIENCE.probe_pause
