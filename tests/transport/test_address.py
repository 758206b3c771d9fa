"""Parsing of addresses that users type."""

from __future__ import annotations

import pytest

from scaler_monitor.wire.address import Address, BadAddress, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://127.0.0.1:6380", Address("tcp", "127.0.0.1", 6380)),
        ("  TCP://scheduler.local:1 ", Address("tcp", "scheduler.local", 1)),
        ("tcp://10.0.0.1:6380/", Address("tcp", "10.0.0.1", 6380)),
        ("tls://[::1]:65535", Address("tls", "::1", 65535)),
        ("tcp://[fe80::1%eth0]:7", Address("tcp", "fe80::1%eth0", 7)),
        ("ws://host:80", Address("ws", "host", 80, "/")),
        ("wss://host:443/a/b", Address("wss", "host", 443, "/a/b")),
        ("ipc:///tmp/host_6378_monitor", Address("ipc", path="/tmp/host_6378_monitor")),
        ("ipc://@abstract", Address("ipc", path="@abstract")),
    ],
)
def test_valid_addresses(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "tcp://HOST:PORT"),
        ("127.0.0.1:6380", "tcp://127.0.0.1:6380"),
        ("localhost", "tcp://localhost:PORT"),
        ("/tmp/socket", "ipc:///tmp/socket"),
        ("tcp:127.0.0.1:80", "type tcp://127.0.0.1:80"),
        ("tcp//127.0.0.1:80", "type tcp://127.0.0.1:80"),
        ("WS:/host:80/path", "type ws://host:80/path"),
        ("tls:host", "type tls://host:PORT"),
        ("tcp:6380", "type tcp://tcp:6380"),  # a host of that name
        ("ipc:/tmp/socket", "type ipc:///tmp/socket"),
        ("::1:6380", "type tcp://HOST:PORT"),
        ("host:80/path", "type tcp://HOST:PORT"),
        ("tcp://localhost", "tcp://localhost:PORT"),
        ("tcp://localhost:", "tcp://localhost:PORT"),
        ("tcp://:6380", "tcp://HOST:6380"),
        ("tcp://h:0", "1 to 65535"),
        ("tcp://h:65536", "1 to 65535"),
        ("tcp://h:" + "9" * 5000, "1 to 65535"),
        ("tcp://h:six", "no number"),
        ("tcp://h:-1", "no number"),
        ("tcp://h:٣", "no number"),
        ("tcp://h:1/path", "tcp://h:1"),
        ("tcp://::1:6380", "[IPV6]:PORT"),
        ("tcp://[::1:6380", "bracket"),
        ("tcp://[::1]6380", "bracket"),
        ("tcp://[nonsense]:6380", "no IPv6 address"),
        ("ipc://", "ipc:///PATH"),
        ("ipc:///" + "x" * 107, "107 bytes"),
        ("http://h:80", "tcp://"),
        ("ws://user:word@h:80", "no user names"),
        ("tcp://h\x1b[2J:80", "unprintable"),
        ("tcp://h\n:80", "unprintable"),
    ],
)
def test_invalid_addresses_give_advice(text: str, hint: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    assert hint in str(caught.value)
    assert str(caught.value).isprintable()


def test_monitor_address_guess() -> None:
    assert str(parse_address("tcp://h:6378").monitor_guess) == "tcp://h:6380"
    assert parse_address("tcp://h:65534").monitor_guess is None
    assert parse_address("ipc:///x").monitor_guess is None
