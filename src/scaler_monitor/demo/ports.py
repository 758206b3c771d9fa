"""Finds free TCP ports for a local cluster."""

from __future__ import annotations

import contextlib
import random
import socket
from pathlib import Path

FIRST_PORT = 10_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_EPHEMERAL_START = 32_768


def free_ports(count: int = 1) -> int:
    """Return the first of `count` consecutive TCP ports of 127.0.0.1 that are free now.

    None of them is in the ephemeral range: such a port may be assigned to an outgoing connection at any time,
    even to one that a monitor opens to this port.
    """
    while True:
        first = random.randrange(FIRST_PORT, _ephemeral_start() - count)  # noqa: S311 - no secret
        with contextlib.ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first


def _ephemeral_start() -> int:
    try:
        start = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_EPHEMERAL_START
    return start if start > 2 * FIRST_PORT else _USUAL_EPHEMERAL_START
