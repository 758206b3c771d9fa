"""A YMQ byte stream inside binary WebSocket frames, for `ws` and `wss` schedulers.

Imported only for them, because the `websockets` library, which performs the handshake, is slow to import.
"""

from __future__ import annotations

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import SocketStream, refuse_plain_scheduler
from scaler_monitor.wire.destination import Destination, Timeouts
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse, try_monitor_port
from scaler_monitor.wire.protocol_detection import detect_protocol
from scaler_monitor.wire.socket_connect import connect_socket
from scaler_monitor.wire.tls_stream import answers_tls, open_tls
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.websocket_frames import CLOSE, PING, WebsocketFrames


class WebsocketStream:
    """The payload of a WebSocket connection as a byte stream; frame boundaries are ignored."""

    def __init__(self, inner: SocketStream, address: Address) -> None:
        self.control_frames = 0
        self._inner = inner
        self._address = address
        self._upgrade = ClientProtocol(parse_uri(_uri(address)))  # without compression
        self._frames = WebsocketFrames()
        self._pending = b""  # received together with the response to the upgrade
        self._ended = False

    @property
    def fileno(self) -> int:
        return self._inner.fileno

    def receive(self) -> bytes | None:
        if self._pending:
            early, self._pending = self._pending, b""
            return early
        if self._ended:
            return b""
        self._refuse_broken()
        raw = self._inner.receive()
        if raw is None:
            return None
        data = self._unwrap(raw)
        return data if data or self._ended else None  # frames without payload

    def send(self, data: bytes) -> None:
        if self._ended:
            raise ConnectionProblem(f"{self._address}: the other side closed the connection")
        self._send_frame(Opcode.BINARY, data)

    def close(self) -> None:
        self._inner.close()

    def handshake(self, timeouts: Timeouts) -> Steps[None]:
        """Send the upgrade request and wait for the response."""
        upgrade = self._upgrade
        upgrade.send_request(upgrade.connect())
        for data in upgrade.data_to_send():
            self._inner.send(data)
        deadline = Deadline(timeouts.handshake)
        while upgrade.state is State.CONNECTING and upgrade.handshake_exc is None and not self._ended:
            raw = self._inner.receive()
            if raw is None:
                if not (yield from deadline.wait((self.fileno,))):
                    raise NoResponse(
                        f"{self._address}: connected, but no WebSocket answer in {timeouts.handshake:g} s: "
                        "a frozen scheduler, or a port that speaks something else"
                    )
                continue
            behind = self._read_response(raw)
            if behind:
                self._pending = self._unwrap(behind)
        refused = upgrade.handshake_exc
        if refused is not None or upgrade.state is not State.OPEN:
            raise ConnectionProblem(self._describe_refusal(refused), broken_stream=True)

    def _read_response(self, raw: bytes) -> bytes:
        """Pass the response to the library, line by line; return the bytes that follow it."""
        upgrade = self._upgrade
        if not raw:
            self._ended = True
            upgrade.receive_eof()
        lines = raw.splitlines(keepends=True)
        for number, line in enumerate(lines):
            upgrade.receive_data(line)
            if upgrade.state is State.OPEN:
                return b"".join(lines[number + 1 :])
            if upgrade.handshake_exc is not None:
                break
        return b""

    def _unwrap(self, raw: bytes) -> bytes:
        """Return the payload of the frames in `raw`, and answer pings. Raises `ConnectionProblem`."""
        self._ended = not raw
        frames = self._frames
        data = frames.feed(raw)
        if not data:
            self._refuse_broken()
        if frames.controls:
            pings = [each.body for each in frames.controls if each.opcode == PING]
            self._ended = self._ended or any(each.opcode == CLOSE for each in frames.controls)
            self.control_frames += len(frames.controls)
            frames.controls.clear()
            if pings and not self._ended:
                self._send_frame(Opcode.PONG, pings[-1])  # one pong answers all pings before it
        return data

    def _refuse_broken(self) -> None:
        """Raise `ConnectionProblem` if the stream is broken; called after the data before it was returned."""
        why = self._frames.broken
        if why:
            text = f"{self._address}: the WebSocket stream is broken ({why}): reconnecting"
            raise ConnectionProblem(text, broken_stream=True)

    def _send_frame(self, opcode: Opcode, data: bytes) -> None:
        self._inner.send(Frame(opcode, data).serialize(mask=True))

    def _describe_refusal(self, refused: Exception | None) -> str:
        if isinstance(refused, InvalidHandshake):
            return (
                f"{self._address}: a web server answers there, no scheduler ({refused}): "
                f"{try_monitor_port(self._address)}"
            )
        return f"{self._address}: no WebSocket is spoken there: check the scheme and the port"


def open_websocket(destination: Destination, first_time: bool) -> Steps[WebsocketStream]:
    """Connect and upgrade to WebSocket. Raises `ConnectionProblem` or `OSError`.

    Plain text terminates a 2.9.0 scheduler that listens for TLS. So the first connection to a `ws` address
    checks whether the port uses TLS; a WebSocket port ignores that.
    """
    address, timeouts = destination.address, destination.timeouts
    if destination.tls is not None:
        inner = yield from open_tls(address, destination.tls, timeouts)
    else:
        plain = yield from connect_socket(address, timeouts)
        inner = SocketStream(plain)
        try:
            yield from refuse_plain_scheduler(plain, address, timeouts)
            if first_time:
                yield from _refuse_tls(address, timeouts)
        except BaseException:
            inner.close()
            raise
    try:
        if destination.tls is not None:
            yield from _refuse_ymq_inside_tls(inner, address, timeouts)
        stream = WebsocketStream(inner, address)
        yield from stream.handshake(timeouts)
    except BaseException:
        inner.close()
        raise
    return stream


def _refuse_tls(address: Address, timeouts: Timeouts) -> Steps[None]:
    """Raise `ConnectionProblem` if the port of this plain address answers a TLS ClientHello."""
    if (yield from answers_tls(address, timeouts)):
        secure = address._replace(scheme="wss")
        raise ConnectionProblem(f"{address}: TLS is spoken there: try {secure}", broken_stream=True)


def _refuse_ymq_inside_tls(stream: SocketStream, address: Address, timeouts: Timeouts) -> Steps[None]:
    """Raise `ConnectionProblem` if the peer sends first inside TLS, as a `tls` scheduler does."""
    deadline = Deadline(timeouts.server_first)
    while (first := stream.receive()) is None:
        if not (yield from deadline.wait((stream.fileno,))):
            return
    if not first:
        raise ConnectionProblem(f"{address}: the connection was closed after the TLS handshake")
    detect_protocol(first, address)
    tls_address = address._replace(scheme="tls", path="")
    raise ConnectionProblem(
        f"{address}: no WebSocket, but plain YMQ inside TLS is spoken there: try {tls_address}"
    )


def _uri(address: Address) -> str:
    return str(address._replace(path=address.path or "/"))
