"""What listens at an address, told by what it says first.

A YMQ scheduler and a ZMTP one both speak unasked; a web server, a TLS or WebSocket port wait. Only ever
listen for it: a 2.9.0 scheduler on `tls://` ends when plain text is sent to it, and one on YMQ logs an
ERROR line for every wrong greeting.
"""

from __future__ import annotations

from scaler_monitor.wire.address import Address, Scheme
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.problem import ConnectionProblem, try_monitor_port

YMQ_MAGIC = b"YMQ"
YMQ_GREETING = 4  # bytes: the magic and one version byte
ZMTP_GREETING = 10  # bytes up to the one that ends ZMTP's signature


def recognise(first: bytes, address: Address) -> Wire | None:
    """Tell the wire from the first bytes, None while they are too few.

    Raises `ConnectionProblem` when something else speaks there.
    """
    if first[:3] == YMQ_MAGIC[: len(first[:3])]:
        return "ymq" if len(first) >= YMQ_GREETING else None
    if first[0] == 0xFF:
        if len(first) < ZMTP_GREETING:
            return None
        if first[9] == 0x7F:
            return "zmq"
    raise ConnectionProblem(_describe_stranger(first, address), broken_stream=True)


def _describe_stranger(first: bytes, address: Address) -> str:
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


def describe_silence(address: Address, seconds: float, came: int) -> str:
    """Say what a listener may be that does not greet, of which so many bytes `came`."""
    if came:
        said = "1 byte came" if came == 1 else f"{came:,} bytes came"
        return (
            f"{address}: connected, and {said} within {seconds:g} s, but no whole greeting: "
            "a slow network, a frozen scheduler, or something that is no scheduler"
        )
    if address.scheme == "ipc":
        return f"{address}: connected, but nothing was said for {seconds:g} s: is the scheduler frozen?"
    others = ", ".join(f"{each}://" for each in ("tcp", "tls", "ws", "wss") if each != address.scheme)
    return (
        f"{address}: connected, but nothing was said for {seconds:g} s: a frozen scheduler, "
        f"or a port that speaks {others} or something else"
    )
