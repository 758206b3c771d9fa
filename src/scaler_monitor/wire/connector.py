"""Opens connections: connect, detect the protocol from the scheduler's first bytes, perform the handshake."""

from __future__ import annotations

from scaler_monitor.wire.byte_stream import ByteStream, open_plain
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.problem import ConnectionProblem, NoResponse
from scaler_monitor.wire.protocol_detection import YMQ_GREETING, describe_missing_greeting, detect_protocol
from scaler_monitor.wire.scheduler_connection import SchedulerConnection
from scaler_monitor.wire.tls_stream import open_tls
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.ymq_connection import YmqConnection
from scaler_monitor.wire.zmtp_connection import ZmtpConnection


class Connector:
    """Opens connections to one destination. Its methods raise `ConnectionProblem` or `OSError`."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self._websocket_reached = False  # then the check that the port does not use TLS is skipped

    def connect(self) -> Steps[SchedulerConnection]:
        """Connect and perform the handshake; return the connection."""
        stream = yield from self._open_stream()
        try:
            wire, first = yield from self._detect(stream)
            if wire == "ymq":
                ymq = YmqConnection(self.destination, stream, first[YMQ_GREETING - 1])
                yield from ymq.handshake(first, self.destination)
                self._websocket_reached = self.destination.address.scheme in ("ws", "wss")
                return ymq
            zmtp = ZmtpConnection(self.destination, stream)
            yield from zmtp.handshake(first)
        except BaseException:
            stream.close()
            raise
        return zmtp

    def _open_stream(self) -> Steps[ByteStream]:
        address, tls = self.destination.address, self.destination.tls
        if address.scheme in ("ws", "wss"):
            from scaler_monitor.wire.websocket_stream import open_websocket

            return (yield from open_websocket(self.destination, first_time=not self._websocket_reached))
        if tls is not None:
            return (yield from open_tls(address, tls, self.destination.timeouts))
        return (yield from open_plain(address, self.destination.timeouts))

    def _detect(self, stream: ByteStream) -> Steps[tuple[Wire, bytes]]:
        """Read until the protocol is known; return it and the bytes read so far."""
        address, seconds = self.destination.address, self.destination.timeouts.greeting
        first = b""
        deadline = Deadline(seconds)
        while True:
            chunk = stream.receive()
            if chunk is None:
                if not (yield from deadline.wait((stream.fileno,))):
                    raise NoResponse(describe_missing_greeting(address, seconds, len(first)))
            elif not chunk:
                when = (
                    "before its greeting"
                    if not first
                    else f"in its greeting, of which {len(first)} bytes came"
                )
                raise ConnectionProblem(f"{address}: the connection was closed {when}: is the port right?")
            else:
                first += chunk
                wire = detect_protocol(first, address)
                if wire is not None:
                    return wire, first
