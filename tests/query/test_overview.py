"""The values above the tables."""

from __future__ import annotations

from tests.model.worlds import report

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.query.overview import describe_overview


def test_rates_are_unknown_once_reports_have_stopped() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    for second in range(1, 4):
        counts = {"success": 10 * second}
        model.apply(report({}, sent={"Task": 20 * second}, states=counts), float(second))
    told = describe_overview(cluster, 7.5)
    assert (told.task_rate, told.sent_rate) == (10.0, {"Task": 20.0})
    silent = describe_overview(cluster, 8.5)
    assert (silent.task_rate, silent.sent_rate) == (None, {})
    assert silent.sent == {"Task": 60}
