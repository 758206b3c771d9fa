"""Resource usage of the collector: unknown at first, then that of the last second."""

from __future__ import annotations

from scaler_monitor.collector.health import Health


def test_a_rate_is_unknown_before_the_first_sample() -> None:
    health = Health(100.0)
    health.sample(100.9, 50)
    assert health.events_per_second is None
    assert health.rss_bytes is None
    health.sample(102.0, 60)
    assert health.events_per_second == 30
    assert health.rss_bytes is not None
    health.sample(102.5, 1000)
    assert health.events_per_second == 30
    health.sample(104.0, 60)
    assert health.events_per_second == 0
