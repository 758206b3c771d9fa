"""A collector in the process of the viewer, without threads and sockets, for tests and screenshots."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scaler_monitor.collector.viewers import Viewers
from scaler_monitor.link.codec import pack, unpack
from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.protocol.page import Answer, Question, Status

if TYPE_CHECKING:
    from scaler_monitor.model.cluster_state import ClusterState


class InProcessLink:
    """A `link.interface.Link` that answers from `cluster`; `clock` returns unix seconds.

    Messages are packed and unpacked as between processes. After a change of `cluster` call `changed`.
    `status` is part of the answers and may be replaced. While `gone` is not empty, questions fail with this
    text, until `restart`.
    """

    def __init__(
        self, cluster: ClusterState, clock: Callable[[], float], status: Status | None = None
    ) -> None:
        self.status = status if status is not None else live_status(clock())
        self.gone = ""
        self.asked: Question | None = None
        self.restarts = 0
        self._clock = clock
        self._viewers = Viewers(cluster)
        self._revision = 0

    def changed(self) -> None:
        """Declare that the cluster has changed since the last answer."""
        self._revision += 1

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:  # noqa: ARG002
        """Return the answer at once; raises CollectorGone while `gone` is set."""
        if self.gone:
            raise CollectorGone(self.gone)
        self.asked = question
        arrived = unpack(pack(question), Question)
        now = self._clock()
        answer = self._viewers.answer(arrived, self.status._replace(time=now), self._revision, now)
        return unpack(pack(answer), Answer)

    async def restart(self) -> None:
        """Clear `gone`."""
        self.restarts += 1
        self.gone = ""

    async def close(self) -> None:
        """Make all further questions fail."""
        self.gone = "the link is closed"


def live_status(now: float) -> Status:
    """Return the status of a live feed at unix time `now`."""
    return Status(
        time=now,
        address="tcp://127.0.0.1:6380",
        word="LIVE",
        problem="",
        since=now,
        wire="ymq",
        generation=2,
        connected=True,
        report_age_seconds=0.4,
        report_interval_seconds=1.0,
        frames=0,
        malformed=0,
        dropped=0,
        events_per_second=0.0,
        queue_age_seconds=0.0,
        connects=1,
        collector_cpu_percent=None,
        collector_rss_bytes=None,
        started=now,
        last_malformed="",
    )
