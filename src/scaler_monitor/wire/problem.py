"""Connection problems: one-line texts that say what is wrong and what to try."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from pathlib import Path

from scaler_monitor.wire.address import Address, Scheme

MAX_PROBLEM_CHARACTERS = 600
"""An address alone may have 110."""

NO_ROOM = "a large message was skipped: the monitor is busy with another one"


class ConnectionProblem(Exception):
    """The connection has failed; the message is one line for the user.

    It may quote data from the peer: control characters are escaped, and the length is limited to
    MAX_PROBLEM_CHARACTERS.
    """

    def __init__(self, text: str, *, broken_stream: bool = False) -> None:
        text = text if len(text) <= MAX_PROBLEM_CHARACTERS else f"{text[:MAX_PROBLEM_CHARACTERS]}..."
        super().__init__("".join(c if c.isprintable() else _escaped(c) for c in text))
        self.broken_stream = broken_stream


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


class NoResponse(ConnectionProblem):
    """The server accepts connections but sends nothing within the timeout."""


def try_monitor_port(address: Address) -> str:
    """Return advice for the case that the address is the scheduler's own instead of its monitor's."""
    guess = address.monitor_guess
    if guess is None:
        return "the scheduler logs its monitor address at start"
    return f"if this is the scheduler's own port, its monitor is at {guess}"


def describe_oversized(size: int) -> str:
    """Return the problem text for a skipped message of `size` bytes."""
    return f"a message of {size / 2**20:,.1f} MiB was skipped: --frame-limit tells how long they may be"


def describe_os_error(address: Address, error: OSError) -> str:
    """Return the problem text for an error of the operating system."""
    if isinstance(error, socket.gaierror):
        return f"{address}: the host name {address.host} is unknown: check the spelling or use its number"
    if isinstance(error, (BlockingIOError, ssl.SSLWantWriteError)):
        return f"{address}: the other side sends pings and reads no answers: reconnecting"
    if isinstance(error, ssl.SSLError):
        return describe_tls_error(address, error)
    if error.errno == errno.ECONNREFUSED:
        if address.scheme == "ipc":
            return _describe_refused_path(address)
        return f"{address}: connection refused: is the scheduler running? Its monitor is at its port + 2"
    if error.errno == errno.ENOENT and address.scheme == "ipc":
        return f"{address}: there is no such socket: is the scheduler running on this machine?"
    if error.errno == errno.EACCES and address.scheme == "ipc":
        return f"{address}: not allowed to connect: try it as the user that runs the scheduler"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return f"{address}: no network leads there from here: check the address, or the VPN"
    if error.errno in (errno.ECONNRESET, errno.EPIPE):
        return f"{address}: the other side reset the connection: {try_monitor_port(address)}"
    if error.errno == errno.ETIMEDOUT:
        return f"{address}: no answer: the host is gone, or a firewall drops the packets"
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"{address}: {reason}"


def _describe_refused_path(address: Address) -> str:
    path = Path(address.path)
    if path.is_dir():
        return f"{address}: this is a folder: type the path of the scheduler's socket in it"
    if path.exists() and not path.is_socket():
        return f"{address}: this is no socket but a file: type the path of the scheduler's socket"
    return f"{address}: nobody listens on this socket: is the scheduler running?"


def describe_tls_error(address: Address, error: ssl.SSLError) -> str:
    """Return the problem text for a failed TLS handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{address}: the certificate is not trusted ({error.verify_message}): verify with its CA or not"
        )
    reason = (error.reason or "no reason given").replace("_", " ").lower()
    if error.reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_MESSAGE", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        plain: Scheme = "tcp" if address.scheme == "tls" else "ws"
        return f"{address}: no TLS is spoken there ({reason}): try {address._replace(scheme=plain)}"
    return f"{address}: TLS was refused ({reason}): is this a {address.scheme}:// port?"
