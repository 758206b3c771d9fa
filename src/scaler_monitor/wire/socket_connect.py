"""Non-blocking connection of sockets: name lookup, TCP, Unix sockets, keepalive."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from typing import Any

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse
from scaler_monitor.wire.waiting import Steps, Wait, pause

KEEPALIVE_IDLE_SECONDS = 5
KEEPALIVE_INTERVAL_SECONDS = 2
KEEPALIVE_PROBES = 3

MAX_LOOKUPS = 4
"""Maximum of concurrent name lookups. Each needs a thread, and a lookup that never returns never frees it."""

_lookup_slots = threading.BoundedSemaphore(MAX_LOOKUPS)

_AddressInfo = tuple[int, int, int, str, Any]
"""As returned by `socket.getaddrinfo`: family, type, protocol, canonical name, socket address."""


def connect_socket(address: Address, timeouts: Timeouts) -> Steps[socket.socket]:
    """Connect to the address; return a non-blocking socket with keepalive enabled.

    Raises `ConnectionProblem`, or the `OSError` of the last host address that was tried.
    """
    if address.scheme == "ipc":
        found: _AddressInfo = (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", address.socket_path)
        return (yield from _connect(found, address, timeouts))
    last: Exception | None = None
    for each in (yield from _resolve_host(address, timeouts)):
        try:
            return (yield from _connect(each, address, timeouts))
        except (OSError, ConnectionProblem) as error:  # noqa: PERF203 - a handful of host addresses
            last = error
    raise last or ConnectionProblem(f"{address}: the host has no address")


def _connect(found: _AddressInfo, address: Address, timeouts: Timeouts) -> Steps[socket.socket]:
    family, kind, protocol, _, place = found
    stream = socket.socket(family, kind, protocol)
    try:
        stream.setblocking(False)
        if family != socket.AF_UNIX:
            _keep_alive(stream)
        status = stream.connect_ex(place)
        if family == socket.AF_UNIX and status == errno.EAGAIN:
            raise NoResponse(f"{address}: its queue of connections is full: is the scheduler frozen?")
        if status not in (0, errno.EISCONN):
            if status not in (errno.EINPROGRESS, errno.EWOULDBLOCK):
                raise OSError(status, os.strerror(status))
            ready = yield Wait(time.monotonic() + timeouts.connect, writable=(stream.fileno(),))
            if not ready:
                raise ConnectionProblem(
                    f"{address}: no answer within {timeouts.connect:g} s: "
                    "the host is gone, or a firewall drops the packets"
                )
            status = stream.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if status:
                raise OSError(status, os.strerror(status))
        if stream.getsockname() == place:
            raise OSError(errno.ECONNREFUSED, "nobody listens there")  # TCP self-connect on a free port
    except BaseException:
        stream.close()
        raise
    return stream


def _keep_alive(stream: socket.socket) -> None:
    """Enable TCP keepalive, so that the kernel detects a vanished host within about 11 s."""
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE", KEEPALIVE_IDLE_SECONDS),
        ("TCP_KEEPINTVL", KEEPALIVE_INTERVAL_SECONDS),
        ("TCP_KEEPCNT", KEEPALIVE_PROBES),
    ):
        option = getattr(socket, name, None)
        if option is not None:
            stream.setsockopt(socket.IPPROTO_TCP, option, value)


def _resolve_host(address: Address, timeouts: Timeouts) -> Steps[list[_AddressInfo]]:
    """Resolve the host name in a separate thread: without an answer `getaddrinfo` blocks for minutes."""
    try:
        return _resolve(address, socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass  # a name, not a number
    answer = yield from _wait_for_lookup(address, timeouts)
    if answer is None:
        raise ConnectionProblem(f"{address}: no name server answers for {address.host}: use its number")
    if isinstance(answer, OSError):
        raise answer
    return answer


def _wait_for_lookup(address: Address, timeouts: Timeouts) -> Steps[list[_AddressInfo] | OSError | None]:
    """Return the result or the error of a lookup; None after the timeout, or if MAX_LOOKUPS are running."""
    if not _lookup_slots.acquire(blocking=False):
        yield from pause(timeouts.name_lookup)
        return None
    answer: list[list[_AddressInfo] | OSError] = []
    with _start_lookup(address, answer) as answered:
        yield Wait(time.monotonic() + timeouts.name_lookup, readable=(answered.fileno(),))
    return answer[0] if answer else None


def _start_lookup(address: Address, answer: list[list[_AddressInfo] | OSError]) -> socket.socket:
    """Start a lookup; return a socket that becomes readable once `answer` has an item.

    Raises `ConnectionProblem`.
    """

    def ask() -> None:
        try:
            answer.append(_resolve(address, 0))
        except OSError as error:
            answer.append(error)
        finally:
            _lookup_slots.release()
            far.close()  # makes the other end readable

    pair: tuple[socket.socket, ...] = ()
    try:
        near, far = pair = socket.socketpair()
        threading.Thread(target=ask, name="host-look-up", daemon=True).start()
    except (OSError, RuntimeError) as error:  # too many files are open, or threads are running
        _lookup_slots.release()
        for end in pair:
            end.close()
        raise ConnectionProblem(f"{address}: {address.host} cannot be looked up: {error}") from None
    return near


def _resolve(address: Address, flags: int) -> list[_AddressInfo]:
    try:
        return [*socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=flags)]
    except UnicodeError as error:  # not a valid host name: a label is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from None
