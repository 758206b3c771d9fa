"""Detects the protocol of a server from the first bytes that it sends.

YMQ and ZMTP schedulers send a greeting first; a web server, a TLS or a WebSocket port waits for the client.
Nothing may be sent to find out: a 2.9.0 scheduler on `tls://` exits when it receives plain text, and a YMQ
scheduler logs an ERROR line for every wrong greeting.
"""

from __future__ import annotations

from scaler_monitor.wire.address import Address, Scheme
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.problem import ConnectionProblem, try_monitor_port

YMQ_MAGIC = b"YMQ"
YMQ_GREETING = 4  # bytes: magic and version
ZMTP_GREETING = 10  # bytes of the ZMTP signature


def detect_protocol(first: bytes, address: Address) -> Wire | None:
    """Return the protocol that begins with these bytes; None if there are too few of them.

    Raises `ConnectionProblem` if the bytes are not from a scheduler.
    """
    if first[:3] == YMQ_MAGIC[: len(first[:3])]:
        return "ymq" if len(first) >= YMQ_GREETING else None
    if first[0] == 0xFF:
        if len(first) < ZMTP_GREETING:
            return None
        if first[9] == 0x7F:
            return "zmq"
    raise ConnectionProblem(_describe_other_server(first, address), broken_stream=True)


def _describe_other_server(first: bytes, address: Address) -> str:
    if first.startswith((b"HTTP/", b"<")):
        return f"{address}: a web server answers there, no scheduler: {try_monitor_port(address)}"
    if first[0] in (0x15, 0x16) and first[1:2] == b"\x03":
        if address.scheme == "ipc":
            return f"{address}: TLS is spoken on this socket, which no scheduler does: check the path"
        secure: Scheme = "tls" if address.scheme == "tcp" else "wss"
        return f"{address}: TLS is spoken there: try {address._replace(scheme=secure)}"
    if first.startswith(b"SSH-"):
        return f"{address}: an SSH server answers there, no scheduler: {try_monitor_port(address)}"
    shown = first[:8].hex(" ")
    return f"{address}: something that is no scheduler answers there (it begins {shown}): check the port"


def describe_missing_greeting(address: Address, seconds: float, received: int) -> str:
    """Return the problem text for a server that sent no complete greeting, only `received` bytes of it."""
    if received:
        amount = "1 byte came" if received == 1 else f"{received:,} bytes came"
        return (
            f"{address}: connected, and {amount} within {seconds:g} s, but no whole greeting: "
            "a slow network, a frozen scheduler, or something that is no scheduler"
        )
    if address.scheme == "ipc":
        return f"{address}: connected, but no data came for {seconds:g} s: is the scheduler frozen?"
    others = ", ".join(f"{each}://" for each in ("tcp", "tls", "ws", "wss") if each != address.scheme)
    return (
        f"{address}: connected, but no data came for {seconds:g} s: a frozen scheduler, "
        f"or a port that speaks {others} or something else"
    )
