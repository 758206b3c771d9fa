"""A YMQ byte stream inside binary WebSocket frames, for `ws` and `wss` schedulers.

Only imported for them: the `websockets` library, which shakes hands, takes its time to load.
"""

from __future__ import annotations

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.byte_stream import SocketStream, refuse_plain_speaker
from scaler_monitor.wire.destination import Destination, Patience
from scaler_monitor.wire.dial import dial
from scaler_monitor.wire.first_bytes import recognise
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener, try_monitor_port
from scaler_monitor.wire.tls_stream import answers_tls, open_tls
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.websocket_frames import CLOSE, PING, WebsocketFrames


class WebsocketStream:
    """The payload of a WebSocket connection as a stream of bytes; frame borders mean nothing."""

    def __init__(self, inner: SocketStream, address: Address) -> None:
        self.asides = 0
        self._inner = inner
        self._address = address
        self._upgrade = ClientProtocol(parse_uri(_uri(address)))  # offers no compression
        self._frames = WebsocketFrames()
        self._early = b""  # came along with the answer to the upgrade
        self._ended = False

    @property
    def fileno(self) -> int:
        return self._inner.fileno

    def receive(self) -> bytes | None:
        if self._early:
            early, self._early = self._early, b""
            return early
        if self._ended:
            return b""
        self._refuse_broken()
        raw = self._inner.receive()
        if raw is None:
            return None
        data = self._unwrap(raw)
        return data if data or self._ended else None  # frames that carry nothing are nothing

    def send(self, data: bytes) -> None:
        if self._ended:
            raise ConnectionProblem(f"{self._address}: the other side closed the connection")
        self._say(Opcode.BINARY, data)

    def close(self) -> None:
        self._inner.close()

    def shake_hands(self, patience: Patience) -> Steps[None]:
        """Ask for the upgrade and wait for the answer."""
        upgrade = self._upgrade
        upgrade.send_request(upgrade.connect())
        for data in upgrade.data_to_send():
            self._inner.send(data)
        deadline = Deadline(patience.handshake)
        while upgrade.state is State.CONNECTING and upgrade.handshake_exc is None and not self._ended:
            raw = self._inner.receive()
            if raw is None:
                if not (yield from deadline.wait((self.fileno,))):
                    raise SilentListener(
                        f"{self._address}: connected, but no WebSocket answer in {patience.handshake:g} s: "
                        "a frozen scheduler, or a port that speaks something else"
                    )
                continue
            behind = self._hear_answer(raw)
            if behind:
                self._early = self._unwrap(behind)
        refused = upgrade.handshake_exc
        if refused is not None or upgrade.state is not State.OPEN:
            raise ConnectionProblem(self._describe_refusal(refused), broken_stream=True)

    def _hear_answer(self, raw: bytes) -> bytes:
        """Give the answer to the library, line by line, and return what is behind it."""
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
        """Return what the frames in `raw` carry, and answer them. Raises `ConnectionProblem`."""
        self._ended = not raw
        frames = self._frames
        data = frames.feed(raw)
        if not data:
            self._refuse_broken()
        if frames.controls:
            pings = [each.body for each in frames.controls if each.opcode == PING]
            self._ended = self._ended or any(each.opcode == CLOSE for each in frames.controls)
            self.asides += len(frames.controls)
            frames.controls.clear()
            if pings and not self._ended:
                self._say(Opcode.PONG, pings[-1])  # the last stands for those before it
        return data

    def _refuse_broken(self) -> None:
        """Raise `ConnectionProblem` once what came before the break has been handed out."""
        why = self._frames.broken
        if why:
            text = f"{self._address}: the WebSocket stream is broken ({why}): it is read anew"
            raise ConnectionProblem(text, broken_stream=True)

    def _say(self, opcode: Opcode, data: bytes) -> None:
        self._inner.send(Frame(opcode, data).serialize(mask=True))

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
        stream = WebsocketStream(inner, address)
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
    deadline = Deadline(patience.speaks_first)
    while (first := stream.receive()) is None:
        if not (yield from deadline.wait((stream.fileno,))):
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
