"""The in-process link gives the same answers as the one between processes."""

import pytest
from tests.model.worlds import report
from tests.present import present

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Question, TablePage, TableQuestion

QUESTION = Question("v", tables=(TableQuestion("workers"),))


@pytest.fixture
def cluster() -> ClusterState:
    model = ClusterModel(0.0)
    model.apply(report({"w0": [b""]}), 1.0)
    return model.state


async def test_messages_are_encoded_as_between_processes(cluster: ClusterState) -> None:
    link = InProcessLink(cluster, lambda: 7.0)
    answer = await link.ask(QUESTION)
    assert isinstance(answer.tables, tuple)
    assert isinstance(answer.tables[0], TablePage)
    assert answer.tables[0].ids == ["w0"]
    assert all(type(value).__module__ == "builtins" for value in answer.tables[0].rows[0])
    assert answer.status.time == 7.0
    assert link.asked == QUESTION


async def test_answers_are_new_only_after_changed(cluster: ClusterState) -> None:
    link = InProcessLink(cluster, lambda: 7.0)
    known = (await link.ask(QUESTION)).version
    assert (await link.ask(QUESTION._replace(known=known))).tables is None
    ClusterModel.of(cluster).apply(report({"w0": [b""], "w1": [b""]}), 2.0)
    link.changed()
    answer = await link.ask(QUESTION._replace(known=known))
    assert present(answer.tables)[0].total == 2


async def test_it_can_fail_and_restart(cluster: ClusterState) -> None:
    link = InProcessLink(cluster, lambda: 7.0)
    link.gone = "killed"
    with pytest.raises(CollectorGone, match="killed"):
        await link.ask(QUESTION)
    await link.restart()
    assert (await link.ask(QUESTION)).tables is not None
    assert link.restarts == 1
    await link.close()
    with pytest.raises(CollectorGone, match="closed"):
        await link.ask(QUESTION)
