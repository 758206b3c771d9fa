"""A second connection beside one that has fallen silent: which of the two brings the next frame?

A quiet scheduler and a half-open connection look alike from one side. A second connection tells them apart:
when the scheduler speaks, a quiet one is heard on both, and the old connection stays; only when the second
alone hears it is the old one dead, and the second takes its place, with what it has heard.
"""

from __future__ import annotations

import time
from contextlib import closing

from scaler_monitor.wire.connector import Connector
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.feed_record import FeedRecord
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener, describe_os_error
from scaler_monitor.wire.quiet import QuietWatch
from scaler_monitor.wire.waiting import AT_ONCE, Deadline, Steps, is_ready, pause


def stand_by(
    connector: Connector, silent: Conversation, quiet: QuietWatch, record: FeedRecord
) -> Steps[Conversation | None]:
    """Return the conversation that takes the silent one's place, its first frames in the record.

    None when the silent one has something to read, or when it is to be borne for a while, as `quiet` is
    told. Raises `ConnectionProblem` when the scheduler is gone.
    """
    address = connector.destination.address
    frames: list[bytes] = []
    listening = _listen_beside(connector, silent, record, frames)
    with closing(listening):
        try:
            wait = next(listening)
            while True:
                ready = yield wait._replace(readable=wait.readable + silent.pollables)
                if ready and is_ready(0.0, silent.pollables):
                    return None
                wait = listening.send(ready)
        except StopIteration as ended:
            second: Conversation | None = ended.value
        except SilentListener:
            record.note(
                f"{address}: the scheduler may be frozen: it is silent, and a fresh connection is not greeted"
            )
            quiet.bear(time.monotonic(), outage=True)
            return None
        except (OSError, ConnectionProblem) as error:
            text = describe_os_error(address, error) if isinstance(error, OSError) else str(error)
            raise ConnectionProblem(f"fell silent, and a fresh connection fails: {text}") from None
    if second is None:
        quiet.bear(time.monotonic())
        return None
    record.connected(second.wire, second.ymq_version)
    record.frames += frames
    return second


def _listen_beside(
    connector: Connector, silent: Conversation, record: FeedRecord, frames: list[bytes]
) -> Steps[Conversation | None]:
    """Connect anew and listen; return the connection that has heard a frame, some time after it did.

    None when nothing is heard for long. Raises as `Connector` does.
    """
    patience = connector.destination.patience
    second = yield from connector.converse()
    kept = False
    try:
        if second.wire != silent.wire:
            kept = True
            return second
        if record.proven:
            record.note("")  # it is greeted: the scheduler lives
        deadline = Deadline(patience.probe_listens)
        while not frames:
            if second.read(frames):
                if deadline.is_over and not frames:
                    return None
                yield AT_ONCE  # it may have more, which the socket does not tell
            elif not (yield from deadline.wait(second.pollables)):
                return None
        yield from pause(patience.probe_grace)
        second.read(frames)
        kept = True
        return second
    finally:
        if not kept:
            second.close()
