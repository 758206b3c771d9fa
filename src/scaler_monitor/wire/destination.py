"""Everything that is needed to reach one scheduler."""

from __future__ import annotations

import ssl
from typing import NamedTuple

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.patience import Patience


class Destination(NamedTuple):
    """Where a scheduler is, and on what terms it is listened to."""

    address: Address
    tls: ssl.SSLContext | None  # None where the scheme has no TLS
    frame_limit: int  # bytes of the longest frame read; longer ones are skipped
    identity: str  # the middle of the name told to a YMQ scheduler
    patience: Patience
