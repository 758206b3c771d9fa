"""What real schedulers of every release have sent gives no finding above a notice."""

from __future__ import annotations

import pytest
from tests.frames.corpus import RELEASES, generation_of_release, read_frames

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateScheduler

NOW = 1_764_000_000.0

UNTOLD = {
    "1.12.7": {"starved_capability", "imbalance", "memory", "poison", "object_storage"},
    "2.0.20": {"starved_capability", "imbalance", "waiting", "memory", "poison", "object_storage", "flood"},
    "2.6.0": {"memory", "poison", "object_storage"},
    "2.7.0": {"poison", "object_storage"},
    "2.9.0": set(),
}
"""Rules that a release does not tell, some of them."""


@pytest.mark.parametrize("version", RELEASES)
def test_a_recorded_cluster_is_healthy(version: str) -> None:
    decoder, model, tracker, now = Decoder(), ClusterModel(NOW), FindingsTracker(), NOW
    model.feed_changed(True, now)
    condition = FeedCondition(generation=generation_of_release(version), watching_since=NOW)
    told = []
    for frame in read_frames(version):
        event = decoder.decode(frame)
        now += 1.0 if isinstance(event, StateScheduler) else 0.01
        model.apply_many([event], now)
        if isinstance(event, StateScheduler):
            tracker.observe(model.state, condition, now)
            told += [finding for finding in tracker.findings if finding.severity != "notice"]
    assert told == []
    untold = {state.rule for state in tracker.rules if state.state == "not_told"}
    assert untold >= UNTOLD.get(version, set())
    if version == "2.9.0":
        assert not untold
