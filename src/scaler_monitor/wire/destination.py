"""Everything that is needed to reach one scheduler, and how long the wire waits for what."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import NamedTuple

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.frame_cutter import never


class Patience(NamedTuple):
    """Seconds; the defaults are for networks and schedulers that are slow but alive."""

    look_up: float = 5.0  # for a name server
    connect: float = 3.0  # for one host address; a lost first packet is sent again after 1 s
    speaks_first: float = 0.3  # for a plain scheduler's word, where the other side ought to wait for ours
    tls_answer: float = 0.6  # for the answer that tells a TLS port from a WebSocket one
    handshake: float = 3.0  # of TLS, WebSocket or ZeroMQ
    greeting: float = 3.0
    first_frame: float = 5.0  # a report comes every second unless the scheduler is told otherwise
    probe_after: float = 5.0  # without a word on a connection, at least, before a second one probes
    probe_listens: float = 60.0  # how long a second connection listens before another takes its place
    probe_grace: float = 1.0  # for the old connection to say what the second one has just heard
    probe_pause: float = 1.0  # before the next probe; doubles while none is greeted, up to
    longest_probe_pause: float = 30.0  # so that few dead connections wait for a scheduler that thaws
    steady: float = 5.0  # a connection that brought frames for so long makes the pauses short again
    shortest_pause: float = 0.1  # before connecting again; doubles up to
    longest_pause: float = 1.0


class Destination(NamedTuple):
    """Where a scheduler is, and on what terms it is listened to."""

    address: Address
    tls: ssl.SSLContext | None  # None where the scheme has no TLS
    frame_limit: int  # bytes of the longest frame read; longer ones are skipped
    identity: str  # the middle of the name told to a YMQ scheduler
    patience: Patience
    crowded: Callable[[], bool] = never  # no room for another large frame
