"""Connecting sockets without ever blocking: name look-up, TCP, Unix sockets, keepalive."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from typing import Any

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.destination import Patience
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.waiting import Steps, Wait, pause

KEEPALIVE_IDLE_SECONDS = 5
KEEPALIVE_INTERVAL_SECONDS = 2
KEEPALIVE_PROBES = 3

LOOK_UPS_AT_ONCE = 4
"""Host names being looked up: one that never comes back holds its thread for ever."""

_look_ups = threading.BoundedSemaphore(LOOK_UPS_AT_ONCE)

_Found = tuple[int, int, int, str, Any]
"""As `socket.getaddrinfo` has it: family, kind, protocol, name, where."""


def dial(address: Address, patience: Patience) -> Steps[socket.socket]:
    """Connect to the address; return a non-blocking socket with keepalive on.

    Raises `ConnectionProblem`, or the `OSError` of the last host address that was tried.
    """
    if address.scheme == "ipc":
        found: _Found = (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", address.socket_path)
        return (yield from _connect(found, address, patience))
    last: Exception | None = None
    for each in (yield from _look_up(address, patience)):
        try:
            return (yield from _connect(each, address, patience))
        except (OSError, ConnectionProblem) as error:  # noqa: PERF203 - a handful of host addresses
            last = error
    raise last or ConnectionProblem(f"{address}: the host has no address")


def _connect(found: _Found, address: Address, patience: Patience) -> Steps[socket.socket]:
    family, kind, protocol, _, place = found
    stream = socket.socket(family, kind, protocol)
    try:
        stream.setblocking(False)
        if family != socket.AF_UNIX:
            _keep_alive(stream)
        status = stream.connect_ex(place)
        if family == socket.AF_UNIX and status == errno.EAGAIN:
            raise SilentListener(f"{address}: its queue of connections is full: is the scheduler frozen?")
        if status not in (0, errno.EISCONN):
            if status not in (errno.EINPROGRESS, errno.EWOULDBLOCK):
                raise OSError(status, os.strerror(status))
            ready = yield Wait(time.monotonic() + patience.connect, writable=(stream.fileno(),))
            if not ready:
                raise ConnectionProblem(
                    f"{address}: no answer within {patience.connect:g} s: "
                    "the host is gone, or a firewall drops the packets"
                )
            status = stream.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if status:
                raise OSError(status, os.strerror(status))
        if stream.getsockname() == place:
            raise OSError(errno.ECONNREFUSED, "nobody listens there")  # TCP has met itself on a free port
    except BaseException:
        stream.close()
        raise
    return stream


def _keep_alive(stream: socket.socket) -> None:
    """Let the kernel find out within about 11 s that the other host has vanished."""
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


def _look_up(address: Address, patience: Patience) -> Steps[list[_Found]]:
    """Resolve the host name in a thread of its own: a name server may take minutes to say nothing."""
    try:
        return _resolve(address, socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass  # a name, not a number
    answer = yield from _ask_name_server(address, patience)
    if answer is None:
        raise ConnectionProblem(f"{address}: no name server answers for {address.host}: use its number")
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask_name_server(address: Address, patience: Patience) -> Steps[list[_Found] | OSError | None]:
    """Return what it says; None when it does not within the time, or too many are being asked already."""
    if not _look_ups.acquire(blocking=False):
        yield from pause(patience.look_up)
        return None
    answer: list[list[_Found] | OSError] = []
    with _begin_look_up(address, answer) as answered:
        yield Wait(time.monotonic() + patience.look_up, readable=(answered.fileno(),))
    return answer[0] if answer else None


def _begin_look_up(address: Address, answer: list[list[_Found] | OSError]) -> socket.socket:
    """Return a socket that becomes readable once there is an `answer`. Raises `ConnectionProblem`."""

    def ask() -> None:
        try:
            answer.append(_resolve(address, 0))
        except OSError as error:
            answer.append(error)
        finally:
            _look_ups.release()
            far.close()  # the other end becomes readable

    pair: tuple[socket.socket, ...] = ()
    try:
        near, far = pair = socket.socketpair()
        threading.Thread(target=ask, name="host-look-up", daemon=True).start()
    except (OSError, RuntimeError) as error:  # too many files are open, or threads are running
        _look_ups.release()
        for end in pair:
            end.close()
        raise ConnectionProblem(f"{address}: {address.host} cannot be looked up: {error}") from None
    return near


def _resolve(address: Address, flags: int) -> list[_Found]:
    try:
        return [*socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=flags)]
    except UnicodeError as error:  # no host name at all: a label is empty, or too long
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from None
