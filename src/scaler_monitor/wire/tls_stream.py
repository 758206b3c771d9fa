"""A byte stream inside TLS, for `tls` and `wss` schedulers.

A 2.9.0 scheduler that listens for TLS ends when it is sent plain text or a TLS alert, such as the one that a
client says when it refuses a certificate. So neither is ever sent.
"""

from __future__ import annotations

import ssl
import time
from contextlib import closing, suppress

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import SocketStream, open_plain, refuse_plain_speaker
from scaler_monitor.wire.destination import Patience
from scaler_monitor.wire.dial import dial
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.waiting import Deadline, Steps, Wait


def tls_context(verify: bool | str) -> ssl.SSLContext:
    """Return a context that verifies nothing (False), or by the system's authorities, or by a PEM file."""
    context = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_tls(address: Address, context: ssl.SSLContext, patience: Patience) -> Steps[SocketStream]:
    """Connect and shake hands for `tls` and `wss`. Raises `ConnectionProblem` or `OSError`."""
    if context.verify_mode != ssl.CERT_NONE:
        yield from _check_certificate(address, context, patience)
    plain = yield from dial(address, patience)
    try:
        yield from refuse_plain_speaker(plain, address, patience)
        secure = context.wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise
    try:
        deadline = Deadline(patience.handshake)
        while True:
            try:
                secure.do_handshake()
                return SocketStream(secure)
            except ssl.SSLWantReadError:
                waiting = deadline.wait(readable=(secure.fileno(),))
            except ssl.SSLWantWriteError:
                waiting = deadline.wait(writable=(secure.fileno(),))
            if not (yield from waiting):
                raise SilentListener(_describe_silence(address, patience))
    except BaseException:
        secure.close()
        raise


def _check_certificate(address: Address, context: ssl.SSLContext, patience: Patience) -> Steps[None]:
    """Shake hands once in memory, where a refusal can be kept from the scheduler.

    Raises `ConnectionProblem` or `OSError`.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    handshake = context.wrap_bio(incoming, outgoing, server_hostname=address.host)
    deadline = Deadline(patience.handshake)
    with closing((yield from open_plain(address, patience))) as stream:
        while True:
            try:
                handshake.do_handshake()
                return
            except ssl.SSLWantReadError:
                stream.send(outgoing.read())
            chunk = stream.receive()
            while chunk is None:
                if not (yield from deadline.wait((stream.fileno,))):
                    raise SilentListener(_describe_silence(address, patience))
                chunk = stream.receive()
            if not chunk:
                raise ConnectionProblem(f"{address}: the connection was closed in the TLS handshake")
            incoming.write(chunk)


def answers_tls(address: Address, patience: Patience) -> Steps[bool]:
    """Tell whether the listener answers a TLS greeting in time. Raises what `dial` raises."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = context.wrap_bio(incoming, outgoing, server_hostname=address.host)
    with suppress(ssl.SSLWantReadError):
        greeting.do_handshake()
    with closing((yield from open_plain(address, patience))) as stream:
        stream.send(outgoing.read())
        if not (yield Wait(time.monotonic() + patience.tls_answer, readable=(stream.fileno,))):
            return False
        answer = stream.receive() or b""
    return answer[:1] in (b"\x15", b"\x16") and answer[1:2] == b"\x03"


def _describe_silence(address: Address, patience: Patience) -> str:
    return (
        f"{address}: connected, but no TLS handshake within {patience.handshake:g} s: "
        "a frozen scheduler, or a port without TLS"
    )
