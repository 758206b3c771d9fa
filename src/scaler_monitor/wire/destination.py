"""The parameters of a connection to one scheduler, and its timeouts."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import NamedTuple

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.frame_splitter import never_full


class Timeouts(NamedTuple):
    """Seconds. The defaults suit networks and schedulers that are slow but alive."""

    name_lookup: float = 5.0
    connect: float = 3.0  # for each host address; a lost SYN packet is sent again after 1 s
    server_first: float = 0.3  # wait for a first byte that only a scheduler without TLS sends unasked
    tls_probe: float = 0.6  # wait for the answer to a TLS ClientHello on a ws:// port
    handshake: float = 3.0  # of TLS or WebSocket
    greeting: float = 3.0  # of YMQ or ZMTP
    first_frame: float = 5.0  # a report arrives every second unless the scheduler is configured otherwise
    probe_after: float = 5.0  # minimum idle time before a second connection probes the scheduler
    probe_duration: float = 60.0  # how long a second connection waits for a frame before it is replaced
    probe_grace: float = 1.0  # for the old connection to receive the frame that the second one received
    probe_interval: float = 1.0  # before the next probe; doubles while the scheduler does not answer, up to
    max_probe_interval: float = 30.0  # so that a frozen scheduler does not collect many dead connections
    stable_after: float = 5.0  # a connection that received frames for this long resets the retry delay
    min_retry_delay: float = 0.1  # before reconnecting; doubles up to
    max_retry_delay: float = 1.0


class Destination(NamedTuple):
    """The address of a scheduler, and the parameters of connections to it."""

    address: Address
    tls: ssl.SSLContext | None  # None if the scheme has no TLS
    frame_limit: int  # bytes; longer frames are skipped
    identity: str  # the middle part of the name sent to a YMQ scheduler
    timeouts: Timeouts
    memory_full: Callable[[], bool] = never_full  # whether another large frame must be skipped
