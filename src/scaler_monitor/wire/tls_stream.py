"""TLS connections, for `tls` and `wss` schedulers.

A 2.9.0 scheduler that listens for TLS exits when it receives plain text or a TLS alert, such as the alert of
a client that rejects the certificate. So neither is ever sent.
"""

from __future__ import annotations

import ssl
import time
from contextlib import closing, suppress

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import SocketStream, open_plain, refuse_plain_scheduler
from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse
from scaler_monitor.wire.socket_connect import connect_socket
from scaler_monitor.wire.waiting import Deadline, Steps, Wait


def tls_context(verify: bool | str) -> ssl.SSLContext:
    """Return a context that verifies nothing (False), or with the system's authorities, or a PEM file."""
    context = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_tls(address: Address, context: ssl.SSLContext, timeouts: Timeouts) -> Steps[SocketStream]:
    """Connect and perform the TLS handshake. Raises `ConnectionProblem` or `OSError`."""
    if context.verify_mode != ssl.CERT_NONE:
        yield from _check_certificate(address, context, timeouts)
    plain = yield from connect_socket(address, timeouts)
    try:
        yield from refuse_plain_scheduler(plain, address, timeouts)
        secure = context.wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise
    try:
        deadline = Deadline(timeouts.handshake)
        while True:
            try:
                secure.do_handshake()
                return SocketStream(secure)
            except ssl.SSLWantReadError:
                waiting = deadline.wait(readable=(secure.fileno(),))
            except ssl.SSLWantWriteError:
                waiting = deadline.wait(writable=(secure.fileno(),))
            if not (yield from waiting):
                raise NoResponse(_describe_silence(address, timeouts))
    except BaseException:
        secure.close()
        raise


def _check_certificate(address: Address, context: ssl.SSLContext, timeouts: Timeouts) -> Steps[None]:
    """Verify the certificate in a separate in-memory handshake, so that no alert is sent to the scheduler.

    Raises `ConnectionProblem` or `OSError`.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    handshake = context.wrap_bio(incoming, outgoing, server_hostname=address.host)
    deadline = Deadline(timeouts.handshake)
    with closing((yield from open_plain(address, timeouts))) as stream:
        while True:
            try:
                handshake.do_handshake()
                return
            except ssl.SSLWantReadError:
                stream.send(outgoing.read())
            chunk = stream.receive()
            while chunk is None:
                if not (yield from deadline.wait((stream.fileno,))):
                    raise NoResponse(_describe_silence(address, timeouts))
                chunk = stream.receive()
            if not chunk:
                raise ConnectionProblem(f"{address}: the connection was closed in the TLS handshake")
            incoming.write(chunk)


def answers_tls(address: Address, timeouts: Timeouts) -> Steps[bool]:
    """Return whether the server answers a TLS ClientHello within the timeout. Raises as `connect_socket`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = context.wrap_bio(incoming, outgoing, server_hostname=address.host)
    with suppress(ssl.SSLWantReadError):
        greeting.do_handshake()
    with closing((yield from open_plain(address, timeouts))) as stream:
        stream.send(outgoing.read())
        if not (yield Wait(time.monotonic() + timeouts.tls_probe, readable=(stream.fileno,))):
            return False
        answer = stream.receive() or b""
    return answer[:1] in (b"\x15", b"\x16") and answer[1:2] == b"\x03"


def _describe_silence(address: Address, timeouts: Timeouts) -> str:
    return (
        f"{address}: connected, but no TLS handshake within {timeouts.handshake:g} s: "
        "a frozen scheduler, or a port without TLS"
    )
