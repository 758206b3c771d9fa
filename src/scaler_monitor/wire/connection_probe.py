"""Probes the scheduler with a second connection while the current one is idle.

From one side, a scheduler that sends nothing and a half-open connection look the same. A second connection
distinguishes them: if the next frame arrives on both, the old connection is kept; if it arrives on the second
one only, the old connection is dead and is replaced by the second one, with the frames that this has
received.
"""

from __future__ import annotations

import time
from contextlib import closing

from scaler_monitor.wire.connector import Connector
from scaler_monitor.wire.feed_record import FeedRecord
from scaler_monitor.wire.idle_detector import IdleDetector
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse, describe_os_error
from scaler_monitor.wire.scheduler_connection import SchedulerConnection
from scaler_monitor.wire.waiting import NO_WAIT, Deadline, Steps, is_ready, pause


def probe_connection(
    connector: Connector, current: SchedulerConnection, idle: IdleDetector, record: FeedRecord
) -> Steps[SchedulerConnection | None]:
    """Return the connection that replaces the current one; its first frames are added to the record.

    Returns None if the current one has data, or if it is to be kept for now; then the next probe is postponed
    in `idle`. Raises `ConnectionProblem` if the scheduler is gone.
    """
    address = connector.destination.address
    frames: list[bytes] = []
    probe = _open_second_connection(connector, current, record, frames)
    with closing(probe):
        try:
            wait = next(probe)
            while True:
                ready = yield wait._replace(readable=wait.readable + current.filenos)
                if ready and is_ready(0.0, current.filenos):
                    return None
                wait = probe.send(ready)
        except StopIteration as ended:
            second: SchedulerConnection | None = ended.value
        except NoResponse:
            record.set_problem(
                f"{address}: the scheduler may be frozen: it is silent, and a fresh connection is not greeted"
            )
            idle.postpone(time.monotonic(), outage=True)
            return None
        except (OSError, ConnectionProblem) as error:
            text = describe_os_error(address, error) if isinstance(error, OSError) else str(error)
            raise ConnectionProblem(f"no data for a long time, and a new connection fails: {text}") from None
    if second is None:
        idle.postpone(time.monotonic())
        return None
    record.set_connected(second.wire, second.ymq_version)
    record.frames += frames
    return second


def _open_second_connection(
    connector: Connector, current: SchedulerConnection, record: FeedRecord, frames: list[bytes]
) -> Steps[SchedulerConnection | None]:
    """Connect again; return the connection when it has received a frame, after the grace time.

    Returns None if it receives no frame within `probe_duration`. Raises as `Connector`.
    """
    timeouts = connector.destination.timeouts
    second = yield from connector.connect()
    keep_second = False
    try:
        if second.wire != current.wire:
            keep_second = True
            return second
        if record.has_frames:
            record.set_problem("")  # the handshake succeeded: the scheduler is alive
        deadline = Deadline(timeouts.probe_duration)
        while not frames:
            if second.read(frames):
                if deadline.has_expired and not frames:
                    return None
                yield NO_WAIT  # the stream may have buffered more, which poll does not report
            elif not (yield from deadline.wait(second.filenos)):
                return None
        yield from pause(timeouts.probe_grace)
        second.read(frames)
        keep_second = True
        return second
    finally:
        if not keep_second:
            second.close()
