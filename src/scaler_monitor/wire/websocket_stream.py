"""A YMQ byte stream inside binary WebSocket frames, for `ws` and `wss` schedulers.

Only imported for them: the `websockets` library takes its time to load.
"""

from __future__ import annotations

import time

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidState
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import SocketStream, refuse_plain_speaker
from scaler_monitor.wire.destination import Destination, Patience
from scaler_monitor.wire.dial import dial
from scaler_monitor.wire.first_bytes import recognise
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener, try_monitor_port
from scaler_monitor.wire.tls_stream import answers_tls, open_tls
from scaler_monitor.wire.waiting import Steps, Wait

LONGEST_FRAME_FACTOR = 4
"""A scheduler sends one message a frame: one that is only this much over the limit can still be skipped."""
_DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)


class WebsocketStream:
    """The payload of a WebSocket connection as a stream of bytes; frame borders mean nothing."""

    def __init__(self, inner: SocketStream, address: Address, longest_frame: int) -> None:
        self._inner = inner
        self._address = address
        self._protocol = ClientProtocol(parse_uri(_uri(address)), max_size=longest_frame)
        self._early = b""  # came along with the answer to the upgrade
        self._ended = False

    @property
    def fileno(self) -> int:
        return self._inner.fileno

    @property
    def peer(self) -> str:
        return self._inner.peer

    def receive(self) -> bytes | None:
        if self._early:
            early, self._early = self._early, b""
            return early
        while not self._ended:
            raw = self._inner.receive()
            if raw is None:
                return None
            data = self._unwrap(raw)
            if data:
                return data
        return b""

    def send(self, data: bytes) -> None:
        try:
            self._protocol.send_binary(data)
        except InvalidState:
            raise ConnectionProblem(f"{self._address}: the other side closed the connection") from None
        self._flush()

    def close(self) -> None:
        self._inner.close()

    def shake_hands(self, patience: Patience) -> Steps[None]:
        """Ask for the upgrade and wait for the answer."""
        self._protocol.send_request(self._protocol.connect())
        self._flush()
        until = time.monotonic() + patience.handshake
        while self._protocol.state.name == "CONNECTING":
            raw = self._inner.receive()
            if raw is None:
                if not (yield Wait(until, readable=(self.fileno,))):
                    raise SilentListener(
                        f"{self._address}: connected, but no WebSocket answer in {patience.handshake:g} s: "
                        "a frozen scheduler, or a port that speaks something else"
                    )
                continue
            self._early += self._unwrap(raw)
            if self._ended:
                break
        refused = self._protocol.handshake_exc
        if refused is not None or self._protocol.state.name != "OPEN":
            raise ConnectionProblem(self._describe_refusal(refused), broken_stream=True)

    def _unwrap(self, raw: bytes) -> bytes:
        protocol = self._protocol
        if raw:
            protocol.receive_data(raw)
        else:
            protocol.receive_eof()
        data = b"".join(
            event.data
            for event in protocol.events_received()
            if isinstance(event, Frame) and event.opcode in _DATA
        )
        self._ended = not raw or protocol.close_expected()
        if protocol.parser_exc is not None and raw and not data and protocol.handshake_exc is None:
            text = f"{self._address}: the WebSocket stream is broken ({protocol.parser_exc}): it is read anew"
            raise ConnectionProblem(text, broken_stream=True)
        if not self._ended:
            self._flush()
        return data

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._inner.send(data)

    def _describe_refusal(self, refused: Exception | None) -> str:
        if isinstance(refused, InvalidHandshake):
            return (
                f"{self._address}: a web server answers there, no scheduler ({refused}): "
                f"{try_monitor_port(self._address)}"
            )
        return f"{self._address}: no WebSocket is spoken there: check the scheme and the port"


def open_websocket(destination: Destination, first_time: bool) -> Steps[WebsocketStream]:
    """Connect and upgrade. Raises `ConnectionProblem` or `OSError`.

    Plain text ends a 2.9.0 scheduler that listens for TLS, so the first time a `ws` address is asked whether
    it speaks TLS; a WebSocket port takes no notice.
    """
    address, patience = destination.address, destination.patience
    if destination.tls is not None:
        inner = yield from open_tls(address, destination.tls, patience)
    else:
        plain = yield from dial(address, patience)
        inner = SocketStream(plain)
        try:
            yield from refuse_plain_speaker(plain, address, patience)
            if first_time:
                yield from _refuse_tls(address, patience)
        except BaseException:
            inner.close()
            raise
    try:
        if destination.tls is not None:
            yield from _refuse_ymq_inside_tls(inner, address, patience)
        stream = WebsocketStream(inner, address, destination.frame_limit * LONGEST_FRAME_FACTOR)
        yield from stream.shake_hands(patience)
    except BaseException:
        inner.close()
        raise
    return stream


def _refuse_tls(address: Address, patience: Patience) -> Steps[None]:
    """Raise `ConnectionProblem` if a TLS greeting is answered at this plain address."""
    if (yield from answers_tls(address, patience)):
        secure = address._replace(scheme="wss")
        raise ConnectionProblem(f"{address}: TLS is spoken there: try {secure}", broken_stream=True)


def _refuse_ymq_inside_tls(stream: SocketStream, address: Address, patience: Patience) -> Steps[None]:
    """Raise `ConnectionProblem` if the other side speaks first inside TLS: a `tls` scheduler does."""
    until = time.monotonic() + patience.speaks_first
    while (first := stream.receive()) is None:
        if not (yield Wait(until, readable=(stream.fileno,))):
            return
    if not first:
        raise ConnectionProblem(f"{address}: the connection was closed after the TLS handshake")
    recognise(first, address)
    tls_address = address._replace(scheme="tls", path="")
    raise ConnectionProblem(
        f"{address}: no WebSocket, but plain YMQ inside TLS is spoken there: try {tls_address}"
    )


def _uri(address: Address) -> str:
    return str(address._replace(path=address.path or "/"))
