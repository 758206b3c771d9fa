"""Addresses of a scheduler's monitor port: parsing and validation of what users type."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Literal, NamedTuple, cast

Scheme = Literal["tcp", "ipc", "tls", "ws", "wss"]

SCHEMES: tuple[Scheme, ...] = ("tcp", "ipc", "tls", "ws", "wss")
_FORM = "tcp://HOST:PORT"
_MANGLED = re.compile(rf"({'|'.join(SCHEMES)})(?::|//)(?P<rest>.*)", re.IGNORECASE)
"""A scheme without its `://`."""

MAX_SOCKET_PATH = 107  # bytes in sockaddr_un.sun_path, without the terminating zero (Linux)


class BadAddress(ValueError):
    """The text is not a valid address. The message is one line and says what to type instead."""


class Address(NamedTuple):
    """A network endpoint: host and port, or a socket path for `ipc`."""

    scheme: Scheme
    host: str = ""  # without brackets; "" for ipc
    port: int = 0  # 0 for ipc
    path: str = ""  # the socket file for ipc (`@name` is abstract), the request path for ws and wss

    def __str__(self) -> str:
        if self.scheme == "ipc":
            return f"ipc://{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        path = self.path if self.path != "/" else ""
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def socket_path(self) -> str:
        """The path of an `ipc` socket for `bind` and `connect`; an abstract one begins with a zero byte."""
        return "\0" + self.path[1:] if self.path.startswith("@") else self.path

    def from_anywhere(self) -> Address:
        """Return the address with a relative socket path made absolute, valid in any current folder.

        Raises `BadAddress` if the absolute path is too long for a socket, or the current folder was deleted.
        """
        if self.scheme != "ipc" or self.path.startswith(("/", "@")):
            return self
        try:
            path = str(Path.cwd() / self.path)
        except OSError:
            raise BadAddress(
                f"{self} counts from the current folder, which is gone: type the whole path"
            ) from None
        return parse_address(f"ipc://{path}")

    @property
    def secure(self) -> bool:
        """Whether the transport uses TLS."""
        return self.scheme in ("tls", "wss")

    @property
    def monitor_guess(self) -> Address | None:
        """The default monitor address (port + 2) if this is the scheduler's own; None if not possible."""
        if self.scheme == "ipc" or self.port + 2 > 65535:
            return None
        return self._replace(port=self.port + 2)


def parse_address(text: str) -> Address:
    """Parse `tcp://HOST:PORT`, `tls://HOST:PORT`, `ws://HOST:PORT/PATH`, `wss://...` or `ipc://PATH`.

    An IPv6 host must be in brackets. Raises `BadAddress`.
    """
    text = text.strip()
    if not text:
        raise BadAddress(f"empty address: type one like {_FORM} (the scheduler's port + 2)")
    scheme, separator, rest = text.partition("://")
    if not text.isprintable() or (" " in text and scheme.lower() != "ipc"):
        raise BadAddress(f"{text!r} holds a blank or an unprintable character: type one like {_FORM}")
    if not separator:
        raise BadAddress(f"{text} has no scheme: type {_with_scheme(text)}")
    if scheme.lower() not in SCHEMES:
        known = ", ".join(f"{each}://" for each in SCHEMES)
        raise BadAddress(f"{text}: the scheme {scheme}:// is unknown: type one of {known}")
    known_scheme = cast("Scheme", scheme.lower())
    if known_scheme == "ipc":
        return _parse_socket_path(text, rest)
    return _parse_host_and_port(text, known_scheme, rest)


def _with_scheme(text: str) -> str:
    """Return the address that the user probably meant, or the general form of an address."""
    if text.startswith(("/", "./", "@")):
        return f"ipc://{text}"
    scheme, rest = "tcp", text
    if (mangled := _MANGLED.fullmatch(text)) and not mangled["rest"].isdigit():  # else a host and its port
        scheme, rest = mangled[1].lower(), mangled["rest"]
        rest = rest if scheme == "ipc" else rest.lstrip("/")
    lacks_port = scheme != "ipc" and ":" not in rest
    meant = f"{scheme}://{rest}"
    try:
        parse_address(f"{meant}:1" if lacks_port else meant)
    except BadAddress:
        return _FORM
    return f"{meant}:PORT" if lacks_port else meant


def _parse_socket_path(text: str, path: str) -> Address:
    if not path or path == "@":
        raise BadAddress(f"{text} has no path: type ipc:///PATH/OF/THE/SOCKET")
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        raise BadAddress(f"{text}: a socket path has at most {MAX_SOCKET_PATH} bytes: use a shorter one")
    return Address("ipc", path=path)


def _parse_host_and_port(text: str, scheme: Scheme, rest: str) -> Address:
    authority, slash, path = rest.partition("/")
    if slash and path and scheme in ("tcp", "tls"):
        raise BadAddress(f"{text}: {scheme}:// has no path: type {scheme}://{authority}")
    host, port_text = _split_port(text, scheme, authority)
    if not host:
        raise BadAddress(f"{text} has no host: type {scheme}://HOST:{port_text}")
    if not port_text:
        raise BadAddress(
            f"{text} has no port: type {scheme}://{authority.rstrip(':')}:PORT (scheduler's + 2)"
        )
    if not (port_text.isascii() and port_text.isdigit()):
        raise BadAddress(f"{text}: the port {port_text} is no number: type {scheme}://{host}:PORT")
    port = int(port_text) if len(port_text) <= 6 else 0
    if not 1 <= port <= 65535:
        raise BadAddress(f"{text}: the port {port_text} is out of range: type one from 1 to 65535")
    web = scheme in ("ws", "wss")
    return Address(scheme, host.strip("[]"), port, f"/{path}" if web else "")


def _split_port(text: str, scheme: Scheme, authority: str) -> tuple[str, str]:
    if "@" in authority:
        raise BadAddress(f"{text}: there are no user names in it: type {scheme}://HOST:PORT")
    if authority.startswith("["):
        host, bracket, tail = authority.partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise BadAddress(f"{text}: the bracket is not closed: type {scheme}://[IPV6]:PORT")
        try:
            ipaddress.IPv6Address(host[1:].partition("%")[0])
        except ValueError:
            raise BadAddress(f"{text}: {host[1:]} is no IPv6 address: type {scheme}://[::1]:PORT") from None
        return host + bracket, tail[1:]
    if authority.count(":") > 1:
        raise BadAddress(f"{text}: an IPv6 host needs brackets: type {scheme}://[IPV6]:PORT")
    host, _, port_text = authority.partition(":")
    return host, port_text
