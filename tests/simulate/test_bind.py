"""A synthetic scheduler that cannot listen: one line with address and reason, and no file is lost."""

from __future__ import annotations

import argparse
import json
import os
import socket
from pathlib import Path

import pytest

from scaler_monitor.simulate.publishing import YmqPublisher, ZmqPublisher
from scaler_monitor.simulate.simulate_command import StatsNotWritten, _write_stats, add_arguments, run
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.synthetic_scheduler import SyntheticScheduler
from scaler_monitor.wire.address import parse_address

both_wires = pytest.mark.parametrize("wire", ["ymq", "zmq"])


def simulate(
    capsys: pytest.CaptureFixture[str], bind: str, wire: str = "ymq", more: tuple[str, ...] = ()
) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    code = run(parser.parse_args(["--bind", bind, "--wire", wire, *more]))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("bind", "says"),
    [
        ("tcp://127.0.0.1:x", "the port x is no number"),
        ("127.0.0.1:6380", "type tcp://127.0.0.1:6380"),
        ("tls://127.0.0.1:6380", "needs tcp:// or ipc://"),
        ("ipc://", "has no path"),
    ],
)
def test_no_address_is_wrong_usage(bind: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = simulate(capsys, bind)
    assert code == 2
    assert told.startswith("scaler-monitor simulate: --bind ")
    assert says in told
    assert told.count("\n") == 1


@both_wires
def test_a_port_that_is_in_use_is_named(wire: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        told = f"scaler-monitor simulate: --bind {bind}: Address already in use\n"
        assert simulate(capsys, bind, wire) == (1, told)


@both_wires
def test_a_missing_folder_is_named(wire: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bind = f"ipc://{tmp_path}/nowhere/m"
    told = f"scaler-monitor simulate: --bind {bind}: No such file or directory\n"
    assert simulate(capsys, bind, wire) == (1, told)


@both_wires
def test_a_file_is_not_replaced(wire: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "f"
    file.write_text("precious")
    code, told = simulate(capsys, f"ipc://{file}", wire)
    assert (code, file.read_text()) == (1, "precious")
    assert f"{file}: a file is there that is no socket" in told


@both_wires
def test_a_listening_scheduler_is_not_replaced(
    wire: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        code, told = simulate(capsys, f"ipc://{path}", wire)
        assert code == 1
        assert f"{path}: Address already in use" in told
        assert path.is_socket()


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("place", ["ipc://{}/s", "ipc://@{}", "tcp://[::1]:{}"])
def test_it_listens_on_each_address(place: str, tmp_path: Path) -> None:
    if "::1" in place and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    left = socket.socket(socket.AF_UNIX)
    left.bind(f"{tmp_path}/s")  # and closes without removing it
    left.close()
    where = port if "::1" in place else tmp_path
    address = parse_address(place.format(where))
    publisher = YmqPublisher(address, 2)
    try:
        with socket.socket(socket.AF_INET6 if address.host else socket.AF_UNIX) as peer:
            path = "\0" + address.path[1:] if address.path.startswith("@") else address.path
            peer.connect(path or (address.host, address.port))
    finally:
        publisher.close()


def test_a_monitor_that_disconnects_before_accept_is_ignored(tmp_path: Path) -> None:
    """On some systems the listener is then ready, but `accept` fails."""
    address = parse_address(f"ipc://{tmp_path}/socket")
    publisher = YmqPublisher(address, 2)
    try:
        publisher._accept()
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(address.socket_path)
            publisher.serve(30)
            monitor.settimeout(30)
            assert monitor.recv(3) == b"YMQ"
    finally:
        publisher.close()


@both_wires
def test_a_link_is_not_replaced(wire: str, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(f"{tmp_path}/left")
    left.close()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "left")
    address = parse_address(f"ipc://{link}")
    with pytest.raises(FileExistsError, match="a file is there that is no socket"):
        YmqPublisher(address, 2) if wire == "ymq" else ZmqPublisher(address)
    assert link.is_symlink()


def test_a_file_that_replaced_the_socket_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "s"
    publisher = YmqPublisher(parse_address(f"ipc://{path}"), 2)
    path.unlink()
    path.write_text("precious")
    publisher.close()
    assert path.read_text() == "precious"


def test_stats_overwrite_no_other_file(tmp_path: Path) -> None:
    """Written to the given file, also through a link; files with similar names are not overwritten."""
    stats, work, link = tmp_path / "stats.json", tmp_path / "work.txt", tmp_path / "link"
    work.write_text("years")
    (tmp_path / "stats.json.new").symlink_to(work)
    link.symlink_to(stats)
    publisher = YmqPublisher(parse_address(f"ipc://{tmp_path}/s"), 2)
    scheduler = SyntheticScheduler(build_fleet(1, 1, ("f",)), 2, publisher, tasks_per_second=0)
    try:
        _write_stats(link, scheduler)
        assert json.loads(stats.read_text())["submitted"] == 0
        assert (link.is_symlink(), work.read_text()) == (True, "years")
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(StatsNotWritten, match="not a regular file"):
            _write_stats(tmp_path / "pipe", scheduler)
    finally:
        publisher.close()


@pytest.mark.parametrize(
    ("stats", "says"),
    [
        ("/dev/null", "it is not a regular file"),
        ("/dev/null/stats", "File exists"),
        ("{}", "regular file"),
    ],
)
def test_unwritable_stats_are_reported_before_listening(
    stats: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stats = stats.format(tmp_path)
    code, told = simulate(capsys, f"ipc://{tmp_path}/s", more=("--stats", stats))
    assert code == 1
    assert told.startswith(f"scaler-monitor simulate: --stats {stats}: ")
    assert told.endswith(f"{says}\n")
    assert (told.count("\n"), list(tmp_path.iterdir())) == (1, [])


def test_old_stats_are_kept_if_it_cannot_listen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stats = tmp_path / "stats.json"
    stats.write_text("of another run")
    code, told = simulate(capsys, f"ipc://{tmp_path}/nowhere/s", more=("--stats", str(stats)))
    assert (code, "--bind" in told, stats.read_text()) == (1, True, "of another run")


def test_stats_that_become_unwritable_end_it_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stats = tmp_path / "stats"

    def taken(_: SyntheticScheduler, __: float) -> None:
        stats.mkdir(exist_ok=True)

    monkeypatch.setattr(SyntheticScheduler, "step", taken)
    code, told = simulate(capsys, f"ipc://{tmp_path}/s", more=("--stats", str(stats)))
    assert code == 1
    assert told.endswith(f"scaler-monitor simulate: --stats {stats}: it is not a regular file\n")


def test_error_messages_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = simulate(capsys, "ipc:///nowhere/s", more=("--stats", "/dev/null/\x1b[2J\n"))
    assert code == 1
    assert (told.count("\n"), "\x1b" in told) == (1, False)
