"""From a destination to a conversation: connect, let the scheduler speak first, and answer on its wire."""

from __future__ import annotations

from scaler_monitor.wire.byte_stream import ByteStream, open_plain
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.first_bytes import YMQ_GREETING, describe_silence, recognise
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.tls_stream import open_tls
from scaler_monitor.wire.waiting import Deadline, Steps
from scaler_monitor.wire.ymq_conversation import YmqConversation
from scaler_monitor.wire.zmtp_conversation import ZmtpConversation


class Connector:
    """Makes connections to one destination. Its methods raise `ConnectionProblem`, `OSError`."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self._websocket_reached = False  # no TLS is spoken there then, as its scheme says

    def converse(self) -> Steps[Conversation]:
        """Connect, and return the conversation once the scheduler has greeted."""
        stream = yield from self._open_stream()
        try:
            wire, first = yield from self._look(stream)
            if wire == "ymq":
                ymq = YmqConversation(self.destination, stream, first[YMQ_GREETING - 1])
                yield from ymq.greet(first, self.destination)
                self._websocket_reached = self.destination.address.scheme in ("ws", "wss")
                return ymq
            zmtp = ZmtpConversation(self.destination, stream)
            yield from zmtp.greet(first)
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
            return (yield from open_tls(address, tls, self.destination.patience))
        return (yield from open_plain(address, self.destination.patience))

    def _look(self, stream: ByteStream) -> Steps[tuple[Wire, bytes]]:
        """Read until the first bytes tell the wire; return it and what was read."""
        address, seconds = self.destination.address, self.destination.patience.greeting
        first = b""
        deadline = Deadline(seconds)
        while True:
            chunk = stream.receive()
            if chunk is None:
                if not (yield from deadline.wait((stream.fileno,))):
                    raise SilentListener(describe_silence(address, seconds, len(first)))
            elif not chunk:
                when = (
                    "before a word was said"
                    if not first
                    else f"in its greeting, of which {len(first)} bytes came"
                )
                raise ConnectionProblem(f"{address}: the connection was closed {when}: is the port right?")
            else:
                first += chunk
                wire = recognise(first, address)
                if wire is not None:
                    return wire, first
